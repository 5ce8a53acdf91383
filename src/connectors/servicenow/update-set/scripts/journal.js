(function process(request, response) {
  var tables = 'TICKET_TABLES'.split(',');
  var id = String(request.pathParams.ticket);
  var ticket = null;
  /* As the caller may read it, and only when it is a ticket of Deskbridge. */
  for (var n = 0; n < tables.length && ticket === null; n += 1) {
    var row = new GlideRecordSecure(tables[n]);
    if (/^[0-9a-f]{32}$/.test(id) && row.get(id)) ticket = row;
  }
  if (ticket === null || String(ticket.getValue('correlation_id')).indexOf('dsk-') !== 0) {
    response.setError(new sn_ws_err.NotFoundError('There is no such ticket of Deskbridge.'));
    return;
  }
  var entries = [];
  var entry = new GlideRecord('sys_journal_field');
  entry.addQuery('element_id', id);
  entry.addQuery('element', 'IN', 'comments,work_notes');
  entry.orderBy('sys_created_on');
  entry.query();
  while (entry.next()) {
    entries.push({
      sys_id: entry.getUniqueValue(),
      element: entry.getValue('element'),
      element_id: entry.getValue('element_id'),
      value: entry.getValue('value'),
      sys_created_on: entry.getValue('sys_created_on'),
      sys_created_by: entry.getValue('sys_created_by')
    });
  }
  response.setStatus(200);
  response.setBody(entries);
})(request, response);
