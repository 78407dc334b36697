import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { filesForm, uploadedFiles } from '../../http/multipart.ts';
import { serveFile } from './serve.ts';
import { saveImages } from './upload.ts';

const tag = 'files';
const image = {
  responses: {
    200: {
      description: 'The image',
      content: { 'image/*': { schema: { type: 'string' as const, format: 'binary' } } },
    },
    304: { description: 'The caller has it already' },
  },
};

/** Uploads and what they are served as. */
export function fileRoutes(ctx: Ctx) {
  return new Elysia({ name: 'files' })
    .use(guard(ctx))
    .post(
      '/files/upload',
      async ({ request }) => {
        const images = await saveImages(ctx, uploadedFiles(request));
        return images.map(({ url }) => url);
      },
      {
        member: { limit: 'upload', body: 'raw' },
        response: t.Array(t.String()),
        detail: doc(
          tag,
          'Store 1 to 10 images of at most 10 MiB (PNG, JPEG, WebP, GIF)',
          ['files.none', 'files.too_many', 'files.not_an_image', 'files.too_many_pixels', 'files.malformed_form'],
          filesForm,
        ),
      },
    )
    .get(
      '/static/:name',
      async ({ params, headers }) => {
        const { body, headers: answer } = await serveFile(ctx, params.name, headers['if-none-match']);
        return new Response(body ?? null, { status: body ? 200 : 304, headers: answer });
      },
      {
        open: { limit: 'static' },
        params: t.Object({ name: t.String({ maxLength: 500 }) }),
        headers: t.Object({ 'if-none-match': t.Optional(t.String({ maxLength: 2_000 })) }),
        detail: doc(tag, 'A stored image', ['files.not_found'], image),
      },
    );
}
