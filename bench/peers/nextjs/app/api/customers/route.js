import { customers } from '../../customers';

export const dynamic = 'force-dynamic';

export async function GET(request) {
  const page = Number(new URL(request.url).searchParams.get('page') ?? 1);
  const found = await customers(page);
  return Response.json({ success: true, data: { customers: found.customers }, meta: { page, limit: 20, total: found.total } });
}
