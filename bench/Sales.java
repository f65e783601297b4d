import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Random;

/** Writes a sales file: {@code Sales.java FILE SALES CUSTOMERS}. The same every time. */
class Sales {
    static final String[] NAMES = {"Sri", "Budi", "Ani", "Siti", "Agus", "Dewi", "Rina", "Joko", "Wati", "Eko"};
    static final String[] FAMILIES = {"Wahyuni", "Santoso", "Lestari", "Wijaya", "Saputra", "Hidayat", "Rahayu"};
    static final String[] CLOTHS = {"Batik Parang", "Batik Kawung", "Batik Mega Mendung", "Kain Lurik", "Selendang Sogan"};

    public static void main(String[] args) throws Exception {
        int sales = Integer.parseInt(args[1]);
        int customers = Integer.parseInt(args[2]);
        var random = new Random(2026);
        try (BufferedWriter out = Files.newBufferedWriter(Path.of(args[0]))) {
            out.write("Nama,No HP,Tanggal,Total,Produk,Qty,No Pesanan\n");
            for (int i = 0; i < sales; i++) {
                // the first sales meet everybody once; then some come often and most seldom
                int who = i < customers ? i : (int) (customers * Math.pow(random.nextDouble(), 2));
                int quantity = 1 + random.nextInt(3);
                var day = LocalDate.of(2023, 1, 1).plusDays(random.nextInt(1000));
                out.write(NAMES[who % 10] + " " + FAMILIES[who % 7] + " " + who + ",08" + (1200000000L + who * 7L) + "," + day
                        + "," + quantity * (25_000 + 1_000 * random.nextInt(400)) + "," + CLOTHS[random.nextInt(5)] + ","
                        + quantity + ",INV-" + (10_000_000 + i) + "\n");
            }
        }
    }
}
