import { expect, test } from 'vitest';

test('the example of the test double runs', async () => {
  await expect(import('../docs/examples/test-double.ts')).resolves.toBeDefined();
});
