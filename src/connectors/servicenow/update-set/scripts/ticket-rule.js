(function executeRule(current, previous) {
  var said = current.comments.changes() || current.work_notes.changes();
  var event = current.operation() === 'insert' ? 'inserted' : said ? 'commented' : 'updated';
  new x_deskbridge.DeskbridgeOutbox().tell(
    current.getTableName(),
    current.getUniqueValue(),
    current.getValue('number'),
    event
  );
})(current, previous);
