(function executeRule(current, previous) {
  var table = current.getValue('table_name');
  var ticket = new GlideRecord(table);
  if (!ticket.get(current.getValue('table_sys_id'))) return;
  /* Of the tickets of Deskbridge only: they carry its marker. */
  if (String(ticket.getValue('correlation_id')).indexOf('dsk-') !== 0) return;
  var event = current.operation() === 'delete' ? 'detached' : 'attached';
  new x_deskbridge.DeskbridgeOutbox().tell(table, ticket.getUniqueValue(), ticket.getValue('number'), event);
})(current, previous);
