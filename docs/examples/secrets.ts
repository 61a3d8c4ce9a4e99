import { App, Secret } from 'dray';

const app = new App('billing', {
  secrets: [Secret.fromName('stripe', { requiredKeys: ['STRIPE_KEY'] })],
});

export const account = app.function(async () => {
  const key = process.env.STRIPE_KEY ?? '';
  return `signed in with a key of ${key.length} characters`;
});
