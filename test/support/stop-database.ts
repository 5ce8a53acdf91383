/** Stops the server that the tests share. The test runner starts this at the end; by hand: node test/support/stop-database.ts */
import { stopTestDatabase } from './database.ts';

console.log(`The tests' Postgres: ${await stopTestDatabase()}`);
