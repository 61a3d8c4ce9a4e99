/**
 * Types of what handles and spawned calls have besides calling: options, scaling, ids and many at once.
 */
import { App, attemptsOf, type CallAttempt, FunctionCall, type FunctionStats } from 'dray';
import { type } from './exact.ts';

const app = new App('types');
const double = app.function(async (n: number) => n * 2);
const name = app.function(async (id: string) => ({ id }));

type(double.withOptions({ cpu: 2, signal: AbortSignal.timeout(1000) })).is<typeof double>();
type(double.withConcurrency({ maxInputs: 5, targetInputs: 2 })).is<typeof double>();
type(double.withBatching({ maxBatchSize: 5, waitMs: 2 })).is<typeof double>();
type(double.updateAutoscaler({ minContainers: 1 })).is<Promise<void>>();
type(double.stats()).is<Promise<FunctionStats>>();
// @ts-expect-error no such option
double.withOptions({ cpus: 2 });
// @ts-expect-error a name is not changed on a handle
double.withOptions({ name: 'other' });
// @ts-expect-error an option of another type
double.withConcurrency({ maxInputs: '5' });
// @ts-expect-error not a matter of scaling
double.updateAutoscaler({ cpu: 2 });

type(double.spawnMap([1, 2])).is<Promise<FunctionCall<number>[]>>();
// @ts-expect-error items of another type
double.spawnMap(['1']);

const one = await double.spawn(1);
const two = await name.spawn('a');
type(await FunctionCall.gather(one, two)).is<[number, { id: string }]>();
const many = [one, one];
type(await FunctionCall.gather(...many)).is<number[]>();
type(FunctionCall.iter([one, one])).is<AsyncGenerator<number, void, undefined>>();
type(FunctionCall.fromId<number>('fc-1')).is<FunctionCall<number>>();
type(FunctionCall.fromId('fc-1')).is<FunctionCall<unknown>>();
// @ts-expect-error a call is gathered, not its id
FunctionCall.gather('fc-1');

type(attemptsOf(new Error('e'))).is<readonly CallAttempt[]>();
