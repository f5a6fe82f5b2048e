// Loaded before a program of the guard: tells what its process has used, when it is asked, and ends it when the guard lets go of it.
process.on('message', (question) => {
  if (question !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, residentMb: process.memoryUsage.rss() / 2 ** 20 });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
