// Fails the run on any promise whose rejection nobody handled: in production it would end the process.
process.on('unhandledRejection', (reason) => {
  console.error('UNHANDLED REJECTION', reason);
  process.exitCode = 1;
});
