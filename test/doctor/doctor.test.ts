import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { examine } from '../../src/cli/doctor/examine.ts';
import { DoctorReport, reportOf } from '../../src/cli/doctor/report.ts';
import { testDatabase } from '../support/database.ts';
import { migrated, openPatient } from './patient.ts';

suite('the doctor', () => {
  test('finds nothing wrong where nothing is', async (t) => {
    const { url } = await testDatabase(t);
    await migrated(url);
    const patient = await openPatient(url);
    t.after(() => patient.close());
    const connections = await examine({ ...patient, security: false });
    const report = reportOf({ at: new Date(), install: 'patient', security: false }, connections);
    DoctorReport.parse(report);
    const problems = connections.flatMap(({ findings }) =>
      findings.flatMap((finding) => ('code' in finding ? [finding.code] : [])),
    );
    // The tests' server is fast, not safe.
    assert.deepEqual([...new Set(problems)], ['database.durability.unsafe']);
    assert.ok(report.counts.passed >= 35, JSON.stringify(report.counts));
    assert.equal(report.ok, true);
  });
});
