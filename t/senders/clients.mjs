// SPDX-License-Identifier: BSD-2-Clause
//
// Loggers of npm in their default configuration, only the URL set, each of
// which says the same three things:
//
//     node clients.mjs NAME http://127.0.0.1:PORT
//
// Exits with 0 when the logger has sent them and has nothing to complain about.

import { createRequire } from 'node:module';
import { once } from 'node:events';

import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter }
    from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoExporter }
    from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, BatchLogRecordProcessor }
    from '@opentelemetry/sdk-logs';
import log4js from 'log4js';
import pino from 'pino';
import winston from 'winston';

const require = createRequire(import.meta.url);

const [ name, base ] = process.argv.slice(2);
const url = new URL(base);
const error = new Error('boom');

const complain = (what) => {
    console.error(`${name}: ${what?.stack ?? what}`);
    process.exitCode = 1;
};

const say = (logger) => {
    logger.info({ requestId: 'req-1' }, 'started');
    logger.warn('password=hunter2x is wrong');
    logger.error(error, 'payment failed');
};

// Each pino transport is a worker of its own, which ends with its stream.

const withPino = async (target, options) => {
    const transport = pino.transport({ target, options });
    transport.on('error', complain);

    const logger = pino({ name: 'orders' }, transport);

    say(logger);

    const closed = once(transport, 'close');
    const alive = setInterval(() => {}, 1000);

    transport.end();
    await closed;
    clearInterval(alive);
};

const withWinston = async (transport, format) => {
    const logger = winston.createLogger({ transports: [ transport ], format });

    logger.on('error', complain);
    transport.on('warn', complain);
    transport.on('error', complain);

    logger.info('started', { requestId: 'req-1' });
    logger.warn('password=hunter2x is wrong');
    logger.error('payment failed', { stack: error.stack });

    const sent = once(transport, 'finish');
    logger.end();
    await sent;
};

const withOpenTelemetry = async (exporter) => {
    const provider = new LoggerProvider({
        resource: resourceFromAttributes({ 'service.name': 'orders' }),
        processors: [ new BatchLogRecordProcessor(exporter) ],
    });

    logs.setGlobalLoggerProvider(provider);

    const logger = logs.getLogger('orders.pay');

    logger.emit({
        severityNumber: SeverityNumber.INFO,
        body: 'started',
        attributes: { 'http.request.id': 'req-1' },
    });
    logger.emit({
        severityNumber: SeverityNumber.WARN,
        body: 'password=hunter2x is wrong',
    });
    logger.emit({
        severityNumber: SeverityNumber.ERROR,
        severityText: 'ERROR',
        body: 'payment failed',
        attributes: {
            'exception.message': error.message,
            'exception.stacktrace': error.stack,
        },
    });

    await provider.forceFlush();
    await provider.shutdown();
};

const clients = {
    'winston': () => withWinston(new winston.transports.Http({
        host: url.hostname, port: url.port, path: '/',
    })),

    'winston-loki': () => withWinston(new (require('winston-loki'))({
        host: base, labels: { app: 'orders' },
    })),

    'winston-loki-json': () => withWinston(new (require('winston-loki'))({
        host: base, labels: { app: 'orders' }, json: true,
    })),

    'pino-loki': () => withPino('pino-loki', {
        host: base, labels: { app: 'orders' },
    }),

    'pino-opentelemetry-transport': () => {
        process.env.OTEL_EXPORTER_OTLP_ENDPOINT = base;
        return withPino('pino-opentelemetry-transport', {
            resourceAttributes: { 'service.name': 'orders' },
        });
    },

    // At its end it asks for a refresh of the index, which only Elasticsearch
    // has, so what counts is what becomes of the records.

    'pino-elasticsearch': async () => {
        const stream = require('pino-elasticsearch')({ node: base });
        const logger = pino({ name: 'orders' }, stream);

        stream.on('insertError', complain);
        stream.on('error', (e) => {
            if (e.meta?.meta?.request?.params?.path !== '/pino/_refresh') {
                complain(e);
            }
        });

        say(logger);
        stream.end();
    },

    'otlp-http': () => withOpenTelemetry(new JsonExporter({
        url: `${base}/v1/logs`,
    })),

    'otlp-proto': () => withOpenTelemetry(new ProtoExporter({
        url: `${base}/v1/logs`,
    })),

    'splunk-logging': async () => {
        const { Logger } = require('splunk-logging');
        const logger = new Logger({ token: 'a-token', url: base });

        logger.error = complain;

        for (const [ severity, message ] of [
            [ 'info', 'started' ],
            [ 'warn', 'password=hunter2x is wrong' ],
            [ 'error', 'payment failed' ],
        ]) {
            await new Promise((done) => {
                logger.send({ message, severity }, (e, response, body) => {
                    if (e || body.text !== 'Success' || body.code !== 0) {
                        complain(e ?? body);
                    }

                    done();
                });
            });
        }
    },

    'log4js': async () => {
        log4js.configure({
            appenders: {
                http: {
                    type: '@log4js-node/logstash-http',
                    url: `${base}/_bulk`,
                    application: 'orders',
                    logType: 'application',
                    logChannel: 'node',
                },
            },
            categories: { default: { appenders: [ 'http' ], level: 'debug' } },
        });

        const logger = log4js.getLogger();

        logger.info('started', { requestId: 'req-1' });
        logger.warn('password=hunter2x is wrong');
        logger.error('payment failed', error);

        await new Promise((done) => log4js.shutdown(done));
    },
};

if (!clients[name]) {
    console.error(`one of: ${Object.keys(clients).join(' ')}`);
    process.exit(2);
}

await clients[name]();
