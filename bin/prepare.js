// npm runs it in a checkout, and before it packs the package or installs it from git: makes the command plain JavaScript.
// Where the tools that do so are left out (`npm ci --omit=dev`), there is nothing to make it with, and no need to.
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
}
const tools = await import('esbuild').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});
if (tools) await (await import('./build.ts')).buildForPackage();
