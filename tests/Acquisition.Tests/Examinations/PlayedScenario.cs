using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;

using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>A scenario played to its end on the virtual clock, its tape in memory, without database or network.</summary>
internal sealed class PlayedScenario : IChart
{
    private readonly MemoryTapeFiles _files = new();
    private readonly TapeKeys _keys = TapeKeys.InMemory();

    private PlayedScenario(Guid id) => Id = id;

    public Guid Id { get; }

    public required ExaminationFold Fold { get; init; }

    public required string? Trouble { get; init; }

    /// <summary>What was committed, in order.</summary>
    public List<ActEffect> Commits { get; } = [];

    public int Ends { get; private set; }

    /// <param name="before">Called when the station is about to run: pull a cable here.</param>
    public static PlayedScenario Play(string name, ulong? seed = null, Action<VirtualStation>? before = null) => Play(ScenarioFile.Load(name), seed, before);

    public static PlayedScenario Play(Scenario scenario, ulong? seed = null, Action<VirtualStation>? before = null)
    {
        ulong chosen = seed ?? scenario.Seed;
        Guid id = ScenarioSettings.ExaminationId(scenario, chosen);
        var bench = new VirtualStation(scenario, chosen);
        var played = new PlayedScenario(id) { Fold = null!, Trouble = null };
        using TapeWriter tape = TapeWriter.Create(played._files, new TapeOrigin(id, "bedside-box-01", "0.0.0"), played._keys, Vascular.Acquisition.Records.UtcNs.Of(scenario.Start));
        using Examination examination = Examination.Begin(id, tape, ScenarioSettings.Of(scenario), 1, bench, played);
        bench.Begin(examination);
        before?.Invoke(bench);
        string? trouble = bench.Run(null, CancellationToken.None);
        return played.With(examination.Fold, trouble);
    }

    public Finding Finding(string measure, string site) => Fold.Findings.Single(f => f.Measure == measure && f.Site.Code == site);

    public IEnumerable<TapeRecord> Taped() => new TapeReader(_files, _keys).Read().Select(r => r.Record);

    public ReplayOutcome Replay()
    {
        var replay = new Replay(Id);
        foreach (TapeRecord record in Taped())
        {
            replay.Next(record);
        }

        return replay.Finish();
    }

    void IChart.Commit(ActEffect effect) => Commits.Add(effect);

    void IChart.Sealed(TapeSeal seal)
    {
    }

    void IChart.Ended(ActEffect end) => Ends++;

    private PlayedScenario With(ExaminationFold fold, string? trouble)
    {
        var whole = new PlayedScenario(Id, _files, _keys) { Fold = fold, Trouble = trouble, Ends = Ends };
        whole.Commits.AddRange(Commits);
        return whole;
    }

    private PlayedScenario(Guid id, MemoryTapeFiles files, TapeKeys keys) => (Id, _files, _keys) = (id, files, keys);
}
