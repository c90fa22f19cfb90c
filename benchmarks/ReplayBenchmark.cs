using Vascular.Acquisition.Capture;

namespace Vascular.Benchmarks;

/// <summary>Replay of the seed examination's tape, from the disk to the last comparison, beside reading and opening the records alone.</summary>
internal static class ReplayBenchmark
{
    private const int Rounds = 5;

    public static void Run(TextWriter output)
    {
        using SeedTape seed = new();
        seed.Describe(output);
        List<double> replayed = [];
        List<double> read = [];
        for (int round = 0; round <= Rounds; round++)
        {
            double replay = Seconds(() => Replay(seed));
            double reading = Seconds(() => ReadAll(seed));
            if (round > 0)
            {
                // the first round warms up
                replayed.Add(replay);
                read.Add(reading);
            }
        }

        double took = replayed.Order().ElementAt(Rounds / 2);
        output.WriteLine($"replay        {took * 1000,8:F0} ms  {seed.Duration.TotalSeconds / took:F0} times live  {seed.Records.Count / took:F0} records/s");
        output.WriteLine($"reading alone {read.Order().ElementAt(Rounds / 2) * 1000,8:F0} ms");
    }

    private static void Replay(SeedTape seed)
    {
        var replay = new Replay(seed.Examination);
        foreach (TapeRecord record in seed.Read())
        {
            replay.Next(record);
        }

        ReplayOutcome outcome = replay.Finish();
        if (outcome.Differences.Count > 0 || outcome.Identical != outcome.Findings)
        {
            throw new InvalidOperationException($"the replay differs: {outcome.Differences[0]}");
        }
    }

    private static void ReadAll(SeedTape seed)
    {
        int records = 0;
        foreach (TapeRecord _ in seed.Read())
        {
            records++;
        }

        if (records != seed.Records.Count)
        {
            throw new InvalidOperationException($"the tape has {records} records, {seed.Records.Count} were written");
        }
    }

    private static double Seconds(Action run)
    {
        long began = TimeProvider.System.GetTimestamp();
        run();
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }
}
