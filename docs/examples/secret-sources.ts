import { readFileSync } from 'node:fs';
import { App, isLocal, Secret } from 'dray';

const app = new App('report');

const stored = Secret.fromName('stripe'); // stored with `dray secret create stripe`
const file = Secret.fromDotenv('mail.env'); // a file beside the app file; without a path the nearest .env
const shell = Secret.fromLocalEnv(['REPORT_TO']); // variables of the shell that starts dray
const computed = Secret.fromObject({ CERTIFICATE: isLocal() ? readFileSync('ca.pem', 'utf8') : '' });

export const keys = app.function({ secrets: [stored, file, shell, computed] }, async () =>
  ['STRIPE_KEY', 'SMTP_HOST', 'REPORT_TO', 'CERTIFICATE'].filter((key) => process.env[key]),
);
