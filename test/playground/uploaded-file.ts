import type { Playground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';

/** Announces a file and sends its bytes; what `files.completeUploadExternal` takes for it. */
export async function uploadedFile(playground: Playground, content = 'hello'): Promise<string> {
  const announced = { filename: 'hello.txt', length: content.length };
  const { upload_url, file_id } = await callApi(playground, 'files.getUploadURLExternal', announced);
  await fetch(String(upload_url), { method: 'POST', body: content });
  return JSON.stringify([{ id: file_id }]);
}
