using Vascular.Acquisition.Capture;

namespace Vascular.Benchmarks;

/// <summary>The tape's writer (cipher, CRC, chain, sync) beside plain appends of the same number of bytes to a file with the same syncs.</summary>
/// <remarks>Interleaved rounds, median of each: a busy disk or neighbour meets both.</remarks>
internal static class TapeBenchmark
{
    private const int Rounds = 7;
    private const int RecordsPerSecond = 80;
    private const int Seconds = 250;
    private const int Payload = 25;
    private const long PeriodNs = 1_000_000_000 / RecordsPerSecond;

    public static void Run(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("tape-benchmark-").FullName;
        try
        {
            output.WriteLine($"{Seconds * RecordsPerSecond} records of {Payload} bytes a round, {Rounds} rounds, medians");
            Compare(output, folder, "sync each second of tape time", RecordsPerSecond);
            Compare(output, folder, "one sync a round (the processor's share)", Seconds * RecordsPerSecond);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(TextWriter output, string folder, string title, int recordsPerSync)
    {
        List<Measured> tape = [];
        List<Measured> plain = [];
        for (int round = 0; round <= Rounds; round++)
        {
            Measured taped = Tape(Path.Combine(folder, $"{recordsPerSync}-{round}"), recordsPerSync);
            Measured appended = Plain(Path.Combine(folder, $"{recordsPerSync}-{round}.plain"), recordsPerSync, (int)taped.BytesPerRecord);
            if (round > 0)
            {
                // the first round warms up
                tape.Add(taped);
                plain.Add(appended);
            }
        }

        double tapeNs = Median(tape);
        double plainNs = Median(plain);
        output.WriteLine(title);
        output.WriteLine($"  tape          {1e9 / tapeNs,10:F0} records/s  {tapeNs / 1000,8:F2} µs/record  {tape[^1].BytesPerRecord,6:F1} bytes/record  {tape[^1].AllocatedPerRecord,6:F2} bytes allocated/record");
        output.WriteLine($"  plain appends {1e9 / plainNs,10:F0} records/s  {plainNs / 1000,8:F2} µs/record  {plain[^1].BytesPerRecord,6:F1} bytes/record  {plain[^1].AllocatedPerRecord,6:F2} bytes allocated/record");
        output.WriteLine($"  tape / plain  {tapeNs / plainNs:F2} in time a record");
    }

    private static Measured Tape(string folder, int recordsPerSync)
    {
        using TapeKeys keys = TapeKeys.InMemory();
        using TapeWriter writer = TapeWriter.Create(folder, Guid.Empty, "benchmark", keys, "0", anchorUtcNs: 0);
        byte[] payload = new byte[Payload];
        int n = 0;
        Measured measured = Measure(recordsPerSync, () => writer.Append(new TapeRecord(TapeRecordType.Bytes, 1, n++ * PeriodNs, payload)), writer.Sync);
        writer.End(n * PeriodNs);
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*.tape").Sum(file => file.Length);
        return measured with { BytesPerRecord = (double)bytes / n };
    }

    private static Measured Plain(string path, int recordsPerSync, int size)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 64 << 10);
        byte[] record = new byte[size];
        return Measure(recordsPerSync, () => file.Write(record), () => file.Flush(flushToDisk: true)) with { BytesPerRecord = size };
    }

    private static Measured Measure(int recordsPerSync, Action append, Action sync)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long began = TimeProvider.System.GetTimestamp();
        for (int n = 1; n <= Seconds * RecordsPerSecond; n++)
        {
            append();
            if (n % recordsPerSync == 0)
            {
                sync();
            }
        }

        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        const double Records = Seconds * RecordsPerSecond;
        return new(took.TotalNanoseconds / Records, 0, (GC.GetAllocatedBytesForCurrentThread() - allocated) / Records);
    }

    private static double Median(List<Measured> rounds) => rounds.Select(round => round.NsPerRecord).Order().ElementAt(rounds.Count / 2);

    private sealed record Measured(double NsPerRecord, double BytesPerRecord, double AllocatedPerRecord);
}
