SET execution.runtime-mode = batch;
SET pipeline.name = 7;
SET;
RESET 'table.local-time-zone';
