using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Simulators.Scripts;

namespace Vascular.KillHost;

/// <summary>A station that plays the pressures of the seed scenario on a data folder: tape and record, without broker and delivery.</summary>
public sealed class SeedStation : IDisposable
{
    /// <summary>Short enough that the examination has several segments.</summary>
    private static readonly TapeLimits Limits = new(64L << 20, 60_000_000_000);

    private readonly DataFolder _data;

    private SeedStation(DataFolder data, TapeKeys keys, RecordDatabase database) => (_data, Keys, Database) = (data, keys, database);

    public static Scenario Scenario { get; } = ScenarioFile.Load("seed-2017-09-pressures");

    public static Guid Examination { get; } = ScenarioSettings.ExaminationId(Scenario, Scenario.Seed);

    public TapeKeys Keys { get; }

    public RecordDatabase Database { get; }

    public string Tape => Path.Combine(_data.Tapes, Examination.ToString("D"));

    public static async Task<SeedStation> OpenAsync(string data, string keys)
    {
        DataFolder folder = DataFolder.Open(data);
        return new SeedStation(folder, TapeKeys.OpenOrCreate(keys), await RecordDatabase.OpenAsync(folder.RecordDatabase, CancellationToken.None));
    }

    /// <summary>Plays the examination, or what is left of it, to its end.</summary>
    /// <param name="instant">Called at each instant a process could die, with what to do first when it shall.</param>
    public TakenUp Play(MortalCounts counts, Action<KillStage, int, Action<double>> instant, Action<AcceptedVersion> promised)
    {
        var place = new ReportPlace("lab-a", "bedside-box-01", "0.1.0");
        var folder = new ExaminationFolder(Tape, path => new MortalTapeFiles(TapeFolder.Make(path), counts, instant), Examination, Keys, place, Limits);
        return ScenarioPlay.Run(
            folder,
            fold => new MortalChart(new RecordChart(Examination, Database, place, ["ehr-bridge"], fold, static () => { }), counts, instant, promised),
            Scenario,
            Scenario.Seed,
            speed: null,
            TimeProvider.System,
            CancellationToken.None);
    }

    public void Dispose()
    {
        Keys.Dispose();
        _data.Dispose();
    }
}
