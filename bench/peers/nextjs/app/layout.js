export const metadata = { title: 'Pelanggan' };

export default function Layout({ children }) {
  return (
    <html lang="id">
      <body>
        <header><nav><a href="/">Beranda</a> <a href="/customers">Pelanggan</a> <a href="/sales">Penjualan</a> <a href="/segments">Segmen</a></nav></header>
        <main>{children}</main>
      </body>
    </html>
  );
}
