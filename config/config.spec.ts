import { Config, ConfigurationError } from './config.js';

const GOOD = {
  DATABASE_URL: 'postgres://shop:secret@localhost/orderly',
  REDIS_URL: 'redis://localhost',
  APP_SECRET: 'a-secret-that-is-long-enough-to-be-one',
};

describe('the configuration', () => {
  it('needs three variables and has a default for the others', () => {
    const config = Config.fromEnv(GOOD);

    expect(config.http).toEqual({ host: '127.0.0.1', port: 3000, workerPort: 3001, corsOrigins: [] });
    expect(config.mail.smtpUrl).toBeUndefined();
  });

  it('counts an empty variable as not set', () => {
    expect(Config.fromEnv({ ...GOOD, SMTP_URL: '', PORT: '' }).http.port).toBe(3000);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['DATABASE_URL', 'mysql://shop:hidden@localhost'],
    ['REDIS_URL', 'localhost:6379'],
    ['APP_SECRET', 'too-short-hidden'],
    ['LOG_LEVEL', 'loud'],
    ['SEED_DEMO', 'yes'],
    ['CORS_ORIGINS', 'shop.example.com'],
    ['DEFAULT_CURRENCY', 'Euro'],
    ['CURRENCIES', 'EUR,XYZ'],
    ['CURRENCIES', 'EUR,EUR'],
    ['CURRENCIES', 'eur'],
    ['LOCALES', 'en,de_AT'],
    ['LOCALES', 'english'],
    ['LOCALES', 'de,DE'],
    ['LOCALES', 'de,'],
    ['LOCALES', 'en-a'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_TRACES_SAMPLER_RATIO', '1.5'],
  ])('refuses %s=%s, names the variable and not its value', (name, value) => {
    const read = (): Config => Config.fromEnv({ ...GOOD, [name]: value });

    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(value);
  });

  it('writes the languages as all do, the own one first', () => {
    expect(Config.fromEnv({ ...GOOD, LOCALES: 'de, DE-at,zh-hant-tw' }).shop.locales).toEqual(['de', 'de-AT', 'zh-Hant-TW']);
    expect(Config.fromEnv(GOOD).shop.locales).toEqual(['en']);
  });

  it('takes the first of the currencies for the own one', () => {
    const { shop } = Config.fromEnv({ ...GOOD, DEFAULT_CURRENCY: 'EUR', CURRENCIES: 'USD, JPY' });

    expect(shop).toMatchObject({ defaultCurrency: 'USD', currencies: ['USD', 'JPY'], tellsCurrencies: true });
    expect(Config.fromEnv({ ...GOOD, DEFAULT_CURRENCY: 'CHF' }).shop).toMatchObject({
      defaultCurrency: 'CHF',
      currencies: ['CHF'],
      tellsCurrencies: false,
    });
  });

  it('names every variable that is missing', () => {
    expect(() => Config.fromEnv({})).toThrow(/DATABASE_URL: is not set[\s\S]*REDIS_URL: is not set[\s\S]*APP_SECRET: is not set/);
  });
});
