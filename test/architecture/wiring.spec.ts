import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Operation } from '../../src/infrastructure/http/operation.decorator.js';
import { Requires } from '../../src/infrastructure/http/requires.decorator.js';
import { RouteRegistry } from '../../src/infrastructure/http/route-registry.js';
import { Database } from '../../src/infrastructure/database/database.js';
import { defineConsumer } from '../../src/infrastructure/outbox/event-consumer.js';
import { defineEvent } from '../../src/infrastructure/outbox/event-registry.js';
import { defineQueue, queueDefinitions } from '../../src/infrastructure/queues/queue-registry.js';
import { assertOneProcessorEach } from '../../src/infrastructure/queues/queues.js';
import { assertScheduled } from '../../src/infrastructure/tasks/tasks.processor.js';
import { startApp } from '../support/app.js';
import { z } from 'zod';

@Controller('open')
class RouteWithoutPermission {
  @Get()
  @Operation({ id: 'open', summary: 'A route that names no permission' })
  get(): string {
    return '';
  }
}

@Controller('silent')
class RouteWithoutPromises {
  @Get()
  @Requires('catalogue:read')
  get(): string {
    return '';
  }
}

@Controller('twice')
class RoutesWithOneId {
  @Get('a')
  @Requires('catalogue:read')
  @Operation({ id: 'same', summary: 'The first' })
  first(): string {
    return '';
  }

  @Get('b')
  @Requires('catalogue:read')
  @Operation({ id: 'same', summary: 'The second' })
  second(): string {
    return '';
  }
}

async function start(controller: new () => object): Promise<void> {
  @Module({ imports: [DiscoveryModule], controllers: [controller], providers: [RouteRegistry] })
  class Root {}
  const context = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  await context.close();
}

describe('the start', () => {
  it.each([
    [RouteWithoutPermission, 'RouteWithoutPermission.get names no permission'],
    [RouteWithoutPromises, 'RouteWithoutPromises.get promises nothing'],
    [RoutesWithOneId, 'RoutesWithOneId.second uses the operation id same again'],
  ])('is refused by %p', async (controller, reason) => {
    await expect(start(controller)).rejects.toThrow(reason);
  });

  it('is refused by an event or a queue that is declared twice', () => {
    const event = { type: 'planted.twice', version: 1, aggregate: 'planted', meaning: '', payload: z.object({}) };
    const queue = {
      name: 'planted',
      payload: z.object({}),
      concurrency: 1,
      attempts: 1,
      backoffMs: 1,
      timeoutMs: 1,
      keepCompleted: 0,
    };
    defineEvent(event);
    defineQueue(queue);

    expect(() => defineEvent(event)).toThrow('planted.twice is defined twice');
    expect(() => defineQueue(queue)).toThrow('planted is declared twice');
    expect(queueDefinitions().map(({ name }) => name)).toContain('planted');
  });

  it('is refused by a queue without a processor, or with two', () => {
    const { queue } = defineConsumer({ name: 'planted-consumer', events: [] });
    const others = queueDefinitions().filter((other) => other !== queue);

    expect(() => { assertOneProcessorEach([...others, queue]); }).not.toThrow();
    expect(() => { assertOneProcessorEach(others); }).toThrow('planted-consumer has 0 processors');
    expect(() => { assertOneProcessorEach([...others, queue, queue]); }).toThrow('planted-consumer has 2 processors');
  });

  it('is refused by a schedule that names a task that nobody has, or leaves one out', () => {
    const schedule = [{ task: 'sweep', cron: '* * * * *' }];

    expect(() => { assertScheduled(schedule, ['sweep']); }).not.toThrow();
    expect(() => { assertScheduled(schedule, []); }).toThrow('tasks that do not exist: sweep');
    expect(() => { assertScheduled(schedule, ['sweep', 'other']); }).toThrow('leaves out tasks: other');
  });
});

describe('a transaction', () => {
  it('refuses a second connection, another transaction and a network call within it', async () => {
    const app = await startApp();
    const database = app.nest.get(Database);

    await expect(database.transaction(() => database.query('SELECT 1'))).rejects.toThrow('must not run inside');
    await expect(
      database.transaction(() => database.transaction(() => Promise.resolve())),
    ).rejects.toThrow('must not run inside');
    await app.close();
  });

  it('runs again as a whole after a serialization failure, and leaves nothing of the first run', async () => {
    const app = await startApp();
    let runs = 0;

    const result = await app.nest.get(Database).transaction(async (tx) => {
      runs += 1;
      await tx.query(`UPDATE users SET name = coalesce(name, '') || 'x' WHERE role = 'admin'`);
      if (runs < 3) throw Object.assign(new Error('planted'), { code: '40001' });
      return runs;
    });

    const [admin] = await app.database.query(`SELECT name FROM users WHERE role = 'admin'`);
    expect(result).toBe(3);
    expect(admin).toEqual({ name: 'Administratorx' });
    await app.close();
  });
});
