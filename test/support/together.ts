/**
 * Runs several test files in one process, one after the other: to start a process for each costs more than most of them
 * do. Their names come in TOGETHER, one on a line; who runs them is bin/test.js.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const files = (process.env['TOGETHER'] ?? '').split('\n').filter((file) => file !== '');
if (files.length === 0) throw new Error('TOGETHER names no test file');
for (const file of files) await import(pathToFileURL(path.resolve(file)).href);
