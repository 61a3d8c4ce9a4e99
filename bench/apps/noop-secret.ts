/** A function that does nothing, in an app with a stored secret. */
import { App, Secret } from 'dray';

const app = new App('bench-secret', { secrets: [Secret.fromName('bench', { requiredKeys: ['TOKEN'] })] });

export const noop = app.function(async () => process.env.TOKEN?.length);
