using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Simulators.Scripts;

namespace Vascular.Benchmarks;

/// <summary>The tape of the seed examination, played once into a folder of its own, and what it holds.</summary>
internal sealed class SeedTape : IDisposable
{
    private static readonly ReportPlace Place = new("lab-a", "bedside-box-01", "0");

    private readonly string _root = Directory.CreateTempSubdirectory("seed-benchmark-").FullName;
    private readonly ExaminationFolder _folder;

    public SeedTape()
        : this(ScenarioFile.Load("seed-2017-09-pressures"))
    {
    }

    /// <summary>The tape of another scenario in place of the seed's.</summary>
    public SeedTape(Scenario scenario)
    {
        Examination = ScenarioSettings.ExaminationId(scenario, scenario.Seed);
        _folder = new ExaminationFolder(_root, Examination, Keys, Place);
        ScenarioPlay.Run(_folder, static _ => new NoChart(), scenario, scenario.Seed, speed: null, TimeProvider.System, CancellationToken.None);
        Settings = ScenarioSettings.Of(scenario);
        Records = [.. _folder.Records().Select(r => r with { Payload = r.Payload.ToArray() })];
        Size = new DirectoryInfo(_folder.Path).EnumerateFiles("*.tape").Sum(f => f.Length);
    }

    public Guid Examination { get; }

    public TapeKeys Keys { get; } = TapeKeys.InMemory();

    public ExaminationSettings Settings { get; }

    /// <summary>Every record, those of the tape itself included.</summary>
    public IReadOnlyList<TapeRecord> Records { get; }

    /// <summary>Bytes on the disk.</summary>
    public long Size { get; }

    public TimeSpan Duration => TimeSpan.FromTicks(Records.Max(r => r.AtNs) / 100);

    /// <summary>A folder for one more tape.</summary>
    public string Fresh(string name) => Path.Combine(_root, name);

    public IEnumerable<TapeRecord> Read() => _folder.Records();

    public void Describe(TextWriter output)
    {
        output.WriteLine($"the seed examination: {Duration.TotalSeconds:F0} s of tape time, {Records.Count} records, {Size} bytes on tape ({Size / Duration.TotalHours / 1e6:F1} MB an hour)");
        foreach (IGrouping<TapeRecordType, TapeRecord> kind in Records.GroupBy(r => r.Type).OrderByDescending(g => g.Count()))
        {
            output.WriteLine($"  {kind.Key,-9} {kind.Count(),6} records {kind.Sum(r => (long)r.Payload.Length),8} bytes of payload");
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>A record that keeps nothing: the database's share is not measured here.</summary>
    internal sealed class NoChart : IChart
    {
        public void Commit(ActEffect effect)
        {
        }

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ActEffect end)
        {
        }
    }

    /// <summary>Devices that hear nothing: their answers are on the tape already.</summary>
    internal sealed class NoBench : IBench
    {
        public void Send(string link, ReadOnlyMemory<byte> bytes)
        {
        }

        public void WakeAt(string link, long atNs)
        {
        }
    }
}
