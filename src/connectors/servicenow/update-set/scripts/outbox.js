/*
 * What is told to Deskbridge stands in a table first, so that nothing is lost while Deskbridge is away, and leaves in
 * order. ES5: the instance runs Rhino.
 */
var DeskbridgeOutbox = function () {};

DeskbridgeOutbox.TABLE = 'x_deskbridge_outbox';
/* Seconds until the next attempt; the last one repeats. */
DeskbridgeOutbox.WAITS = [30, 60, 120, 300, 600, 1800];
/* While one sender is at a message, the others leave it alone for this long. */
DeskbridgeOutbox.CLAIM = 60;
/* After a day nobody needs a hint any more: Deskbridge has polled meanwhile. */
DeskbridgeOutbox.GIVE_UP = 86400;
/* What was given up is kept this long for whoever looks for the reason. */
DeskbridgeOutbox.KEEP = 604800;
DeskbridgeOutbox.ANSWER_MS = 10000;
/* Messages of one run; the next run goes on. */
DeskbridgeOutbox.RUN = 200;

DeskbridgeOutbox.prototype = {
  type: 'DeskbridgeOutbox',

  /* Notes that something happened to a record. Without an address nothing is noted. */
  tell: function (table, record, number, event) {
    if (!gs.getProperty('x_deskbridge.hook_url', '')) return;
    var now = new GlideDateTime();
    var told = { table: table, sys_id: record, number: number, event: event, at: now.getValue() };
    var row = new GlideRecord(DeskbridgeOutbox.TABLE);
    row.initialize();
    row.setValue('message', 'msg_' + gs.generateGUID());
    row.setValue('told_at', String(now.getNumericValue()));
    row.setValue('next_at', now.getValue());
    row.setValue('body', this._ascii(JSON.stringify(told)));
    row.setValue('attempts', 0);
    row.setValue('state', 'waiting');
    row.insert();
    gs.eventQueue('x_deskbridge.told', row, '', '');
  },

  /* Sends what waits, oldest first, and stops at the first one that Deskbridge does not take now. Answers how many left. */
  drain: function () {
    var url = gs.getProperty('x_deskbridge.hook_url', '');
    var secret = gs.getProperty('x_deskbridge.hook_secret', '');
    var sent = 0;
    if (!url || !secret) return sent;
    this._forget();
    while (sent < DeskbridgeOutbox.RUN) {
      var row = this._oldest();
      if (row === null || row.getValue('next_at') > new GlideDateTime().getValue()) return sent;
      this._postpone(row, DeskbridgeOutbox.CLAIM);
      var status = this._post(row, url, secret);
      if (status >= 200 && status < 300) {
        row.deleteRecord();
        sent += 1;
      } else if (!this._failed(row, status)) {
        return sent;
      }
    }
    return sent;
  },

  _oldest: function () {
    var row = new GlideRecord(DeskbridgeOutbox.TABLE);
    row.addQuery('state', 'waiting');
    row.orderBy('told_at');
    row.setLimit(1);
    row.query();
    return row.next() ? row : null;
  },

  /* True when the ones behind it may go on: this message itself was refused, or it is too old. */
  _failed: function (row, status) {
    var attempts = Number(row.getValue('attempts')) + 1;
    var age = new GlideDateTime().getNumericValue() - Number(row.getValue('told_at'));
    /* 401, 403 and 404: the secret, the address or a proxy, which somebody mends. Others refuse this one message. */
    var mended = status === 401 || status === 403 || status === 404;
    var later = status < 400 || mended || status === 408 || status === 429 || status >= 500;
    var over = !later || age > DeskbridgeOutbox.GIVE_UP * 1000;
    row.setValue('attempts', attempts);
    row.setValue('last_status', status);
    if (over) {
      row.setValue('state', 'given_up');
      row.update();
      gs.error('Deskbridge: a message was given up, the last answer was ' + status + ' (0: none).');
      return true;
    }
    var waits = DeskbridgeOutbox.WAITS;
    this._postpone(row, waits[Math.min(attempts, waits.length) - 1]);
    gs.warn(
      'Deskbridge: not taken, the answer was ' +
        status +
        ' (0: none). It is tried again, attempt ' +
        attempts +
        '.'
    );
    return false;
  },

  _postpone: function (row, seconds) {
    var at = new GlideDateTime();
    at.addSeconds(seconds);
    row.setValue('next_at', at.getValue());
    row.update();
  },

  /* The status of the answer; 0 when there was none. The message keeps its id, so that it counts once. */
  _post: function (row, url, secret) {
    try {
      var id = row.getValue('message');
      var body = row.getValue('body');
      var at = String(Math.floor(new GlideDateTime().getNumericValue() / 1000));
      var signed = id + '.' + at + '.' + body;
      var mac = new CertificateEncryption().generateMac(gs.base64Encode(secret), 'HmacSHA256', signed);
      var request = new sn_ws.RESTMessageV2();
      request.setEndpoint(url);
      request.setHttpMethod('post');
      request.setHttpTimeout(DeskbridgeOutbox.ANSWER_MS);
      request.setRequestHeader('Content-Type', 'application/json');
      request.setRequestHeader('webhook-id', id);
      request.setRequestHeader('webhook-timestamp', at);
      request.setRequestHeader('webhook-signature', 'v1,' + mac);
      request.setRequestBody(body);
      return Number(request.execute().getStatusCode()) || 0;
    } catch (error) {
      gs.warn('Deskbridge: ' + error);
      return 0;
    }
  },

  _forget: function () {
    var before = new GlideDateTime();
    before.addSeconds(-DeskbridgeOutbox.KEEP);
    var rows = new GlideRecord(DeskbridgeOutbox.TABLE);
    rows.addQuery('state', 'given_up');
    rows.addQuery('sys_updated_on', '<', before);
    rows.deleteMultiple();
  },

  /* How the instance signs other characters is not documented, so there are none. */
  _ascii: function (text) {
    return text.replace(/[\u007f-\uffff]/g, function (unit) {
      return '\\u' + ('0000' + unit.charCodeAt(0).toString(16)).slice(-4);
    });
  }
};
