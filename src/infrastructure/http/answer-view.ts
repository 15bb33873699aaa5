import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseLanguage, fallbackLanguages, findLanguage } from '../../common/languages/language-choice.js';
import { invalidRequest } from '../../common/problems/problem.js';
import type { Config } from '../../../config/config.js';
import type { OperationOptions } from './operation.decorator.js';

/** In which language and currency an answer is. */
export interface AnswerView {
  readonly language: string;
  /** The languages whose translations are looked for, best first; none where the shop's own texts are the answer. */
  readonly languages: readonly string[];
  /** The currency that prices are in; `null` for the one that each has itself. */
  readonly currency: string | null;
  /** Whether another client could be answered in another language. */
  readonly negotiated: boolean;
}

/** The view that a request of an operation with `localized` or `priced` has asked for. */
export const Shown = createParamDecorator((_data: undefined, context: ExecutionContext): AnswerView => {
  const { view } = context.switchToHttp().getRequest<FastifyRequest & { view?: AnswerView }>();
  if (!view) throw new Error('The operation says neither "localized" nor "priced".');
  return view;
});

/**
 * Takes `locale` and `currency` from the query of an operation that knows them: the view
 * that is asked for; `undefined` where the operation has but one.
 *
 * @throws Problem `invalid_request` (400) when the shop has no such language or currency
 */
export function takeView(
  { localized = false, priced = false }: OperationOptions,
  { query, headers }: FastifyRequest,
  shop: Config['shop'],
): AnswerView | undefined {
  if (!localized && !priced) return undefined;
  const given = query as Record<string, unknown>;
  const language = localized ? languageOf(given, headers['accept-language'], shop.locales) : (shop.locales[0] ?? '');
  const currency = priced ? currencyOf(given, shop.currencies) : null;
  return {
    language,
    languages: fallbackLanguages(language, shop.locales),
    currency,
    negotiated: localized && shop.locales.length > 1,
  };
}

/** Says in which language an answer is, and that it depends on who asks where it does. */
export function tellLanguage(reply: FastifyReply, { language, negotiated }: AnswerView): void {
  reply.header('Content-Language', language);
  if (!negotiated) return;
  const others = reply.getHeader('Vary');
  reply.header('Vary', others === undefined ? 'Accept-Language' : `${String(others)}, Accept-Language`);
}

function languageOf(query: Record<string, unknown>, header: string | undefined, spoken: readonly string[]): string {
  const { locale } = query;
  delete query.locale;
  if (locale === undefined) return chooseLanguage(header, spoken);
  const found = typeof locale === 'string' ? findLanguage(locale, spoken) : undefined;
  if (found === undefined) throw invalidRequest({ pointer: '/locale', detail: `must be one of ${spoken.join(', ')}` });
  return found;
}

function currencyOf(query: Record<string, unknown>, sold: readonly string[]): string | null {
  const { currency } = query;
  delete query.currency;
  if (currency === undefined) return null;
  if (typeof currency !== 'string' || !sold.includes(currency)) {
    throw invalidRequest({ pointer: '/currency', detail: `must be one of ${sold.join(', ')}` });
  }
  return currency;
}
