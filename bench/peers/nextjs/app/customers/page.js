import { customers } from '../customers';

export const dynamic = 'force-dynamic';

const rupiah = new Intl.NumberFormat('id-ID', { style: 'currency', currency: 'IDR', maximumFractionDigits: 0 });

export default async function Page({ searchParams }) {
  const page = Number(searchParams.page ?? 1);
  const found = await customers(page);
  return (
    <>
      <h1>Pelanggan</h1>
      <form><label>Cari <input name="search" /></label><button>Cari</button></form>
      <p>{found.total} pelanggan</p>
      <table>
        <thead><tr><th>Nama</th><th>Nomor HP</th><th>Kota</th><th>Belanja</th><th>Terakhir</th><th>Segmen</th></tr></thead>
        <tbody>
          {found.customers.map((c) => (
            <tr key={c.id}>
              <td><a href={`/customers/${c.id}`}>{c.name}</a></td>
              <td>{c.phone}</td>
              <td>{c.city}</td>
              <td>{c.total_spent == null ? '' : rupiah.format(c.total_spent)}</td>
              <td>{c.last_purchase_date}</td>
              <td>{c.segment}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p><a href={`/customers?page=${page + 1}`}>Berikutnya</a></p>
    </>
  );
}
