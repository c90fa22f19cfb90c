using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;

namespace Vascular.Benchmarks;

/// <summary>A whole examination at work (fold, cipher, chain, syncs by tape time) beside plain appends of the same bytes with the same syncs.</summary>
internal static class FoldBenchmark
{
    private const int Rounds = 5;

    public static void Run(TextWriter output)
    {
        using SeedTape seed = new();
        seed.Describe(output);
        List<Measured> folded = [];
        List<double> plain = [];
        List<double> alone = [];
        for (int round = 0; round <= Rounds; round++)
        {
            var counted = new CountedFiles(TapeFolder.Make(seed.Fresh($"fold-{round}")));
            Measured measured = Fold(seed, counted);
            double plainNs = Plain(seed.Fresh($"fold-{round}.plain"), counted.Writes) / measured.Records;
            double aloneNs = FoldAlone(seed);
            if (round > 0)
            {
                // the first round warms up
                folded.Add(measured);
                plain.Add(plainNs);
                alone.Add(aloneNs);
            }
        }

        double foldNs = Median(folded.Select(m => m.NsPerRecord));
        Measured last = folded[^1];
        output.WriteLine($"{last.Records} records a round, {last.Syncs} syncs, {Rounds} rounds, medians");
        output.WriteLine($"  examination   {1e9 / foldNs,10:F0} records/s  {foldNs / 1000,8:F2} µs/record  {last.TapeBytes / (double)last.Records,6:F1} bytes/record on tape");
        output.WriteLine($"  plain appends {1e9 / Median(plain),10:F0} records/s  {Median(plain) / 1000,8:F2} µs/record");
        output.WriteLine($"  fold alone    {1e9 / Median(alone),10:F0} records/s  {Median(alone) / 1000,8:F2} µs/record  (no tape)");
        output.WriteLine($"  examination / plain  {foldNs / Median(plain):F2} in time a record");
        output.WriteLine($"  allocated: {last.AllocatedByBytes:F0} bytes a Bytes record, {last.AllocatedByOthers:F0} bytes a record of another kind");
        output.WriteLine($"  {seed.Duration.TotalNanoseconds / (foldNs * last.Records):F0} times as fast as it happens");
    }

    private static Measured Fold(SeedTape seed, CountedFiles files)
    {
        TapeRecord[] records = [.. seed.Records.Where(r => r.Type is TapeRecordType.Bytes or TapeRecordType.Open or TapeRecordType.Closed or TapeRecordType.Wake or TapeRecordType.Tick or TapeRecordType.Act)];
        using TapeWriter tape = TapeWriter.Create(files, new TapeOrigin(seed.Examination, "benchmark", "0"), seed.Keys, anchorUtcNs: 0);
        using Examination examination = Examination.Begin(seed.Examination, tape, seed.Settings, 1, new SeedTape.NoBench(), new SeedTape.NoChart());
        long byBytes = 0, byOthers = 0;
        int bytes = 0;
        long began = TimeProvider.System.GetTimestamp();
        foreach (TapeRecord record in records)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            examination.Append(record.Type, record.Link, record.AtNs, record.Payload);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (record.Type == TapeRecordType.Bytes)
            {
                byBytes += allocated;
                bytes++;
            }
            else
            {
                byOthers += allocated;
            }
        }

        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        long written = files.Writes.Sum(w => (long)w.Bytes);
        return new(examination.Records, took.TotalNanoseconds / examination.Records, written, files.Writes.Count(w => w.Sync), byBytes / (double)bytes, byOthers / (double)(records.Length - bytes));
    }

    private static double FoldAlone(SeedTape seed)
    {
        var fold = new ExaminationFold(seed.Examination);
        long began = TimeProvider.System.GetTimestamp();
        foreach (TapeRecord record in seed.Records)
        {
            fold.Next(record);
        }

        return TimeProvider.System.GetElapsedTime(began).TotalNanoseconds / seed.Records.Count;
    }

    private static double Plain(string path, List<(int Bytes, bool Sync)> writes)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] bytes = new byte[writes.Max(w => w.Bytes)];
        long began = TimeProvider.System.GetTimestamp();
        foreach ((int size, bool sync) in writes)
        {
            if (sync)
            {
                file.Flush(flushToDisk: true);
            }
            else
            {
                file.Write(bytes, 0, size);
            }
        }

        return TimeProvider.System.GetElapsedTime(began).TotalNanoseconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private sealed record Measured(long Records, double NsPerRecord, long TapeBytes, int Syncs, double AllocatedByBytes, double AllocatedByOthers);

    /// <summary>Remembers the sizes of all writes and where the syncs stood.</summary>
    private sealed class CountedFiles(ITapeFiles inner) : ITapeFiles
    {
        public List<(int Bytes, bool Sync)> Writes { get; } = [];

        public string Place => inner.Place;

        public IReadOnlyList<string> Names() => inner.Names();

        public ITapeFile Create(string name) => new CountedFile(this, inner.Create(name));

        public ITapeFile Reopen(string name) => new CountedFile(this, inner.Reopen(name));

        public Stream Read(string name) => inner.Read(name);

        public void Delete(string name) => inner.Delete(name);

        public void SyncNames() => inner.SyncNames();

        private sealed class CountedFile(CountedFiles folder, ITapeFile file) : ITapeFile
        {
            public void Write(ReadOnlySpan<byte> bytes)
            {
                file.Write(bytes);
                folder.Writes.Add((bytes.Length, false));
            }

            public void Cut(long length) => file.Cut(length);

            public void Sync()
            {
                file.Sync();
                folder.Writes.Add((0, true));
            }

            public void Dispose() => file.Dispose();
        }
    }
}
