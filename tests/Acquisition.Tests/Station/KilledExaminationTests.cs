using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.KillHost;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Xunit.Abstractions;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The seed examination, killed by SIGKILL in a process of its own, then taken up again here.</summary>
public sealed class KilledExaminationTests(ITestOutputHelper output) : IDisposable
{
    private const int Instants = 50;
    private const long BackAfterNs = 5_000_000_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("killed-").FullName;

    private string Keys => Path.Combine(_root, "keys");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Killed_at_fifty_instants_it_recovers_and_loses_no_accepted_finding()
    {
        var counts = new MortalCounts();
        Outcome unbroken;
        using (SeedStation station = await SeedStation.OpenAsync(Path.Combine(_root, "unbroken"), Keys))
        {
            unbroken = await OutcomeAsync(station, station.Play(counts, static (_, _, _) => { }, static _ => { }));
        }

        Assert.Equal(14, unbroken.Accepted.Count);
        var deadly = new List<string>();
        await Parallel.ForEachAsync(
            InstantsOf(counts).Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (instant, cancel) =>
            {
                string data = Path.Combine(_root, instant.Index.ToString(CultureInfo.InvariantCulture));
                try
                {
                    IReadOnlyList<AcceptedVersion> promised = await KillAsync(data, instant.Item, cancel);
                    await AssertGoesOnAsync(data, instant.Item, promised, unbroken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    lock (deadly)
                    {
                        deadly.Add($"{instant.Item}: {e.Message}");
                    }
                }
            });
        deadly.ForEach(output.WriteLine);
        Assert.Empty(deadly);
    }

    [Fact]
    public async Task Killed_again_and_again_in_what_its_recovery_writes_it_still_ends_once()
    {
        string data = Path.Combine(_root, "again");
        await KillAsync(data, new KillInstant(KillStage.Writing, 150, 0.6), CancellationToken.None);
        // The second run begins with the recovery: its first writes are the kept tail, the seal, the next header.
        for (int write = 1; write <= 5; write++)
        {
            await KillAsync(data, new KillInstant(KillStage.Writing, write, 0.5), CancellationToken.None);
            await KillAsync(data, new KillInstant(KillStage.Synced, write, 0), CancellationToken.None);
        }

        using SeedStation station = await SeedStation.OpenAsync(data, Keys);
        Outcome outcome = await OutcomeAsync(station, station.Play(new MortalCounts(), static (_, _, _) => { }, static _ => { }));
        Assert.Equal(14, outcome.Accepted.Count);
        await AssertWholeAsync(station, data);
    }

    /// <summary>Spread over the whole examination: every kind of instant, each stratum with a seeded place of its own.</summary>
    private static IEnumerable<KillInstant> InstantsOf(MortalCounts counts)
    {
        var chance = new SeededStream(50, "instants");
        (KillStage Stage, int Share, int Of)[] kinds =
        [
            (KillStage.Writing, 18, counts.Writes), (KillStage.Written, 7, counts.Writes), (KillStage.Synced, 7, counts.Syncs),
            (KillStage.BeforeCommit, 4, counts.Commits), (KillStage.InCommit, 5, counts.Commits), (KillStage.AfterCommit, 4, counts.Commits),
            (KillStage.BeforeBundle, 1, 1), (KillStage.InBundle, 3, 1), (KillStage.AfterBundle, 1, 1),
        ];
        Assert.Equal(Instants, kinds.Sum(k => k.Share));
        return
        [
            .. kinds.SelectMany(kind => Enumerable.Range(0, kind.Share).Select(i =>
                new KillInstant(kind.Stage, 1 + (int)(kind.Of * (i + chance.Unit()) / kind.Share), chance.Unit()))),
        ];
    }

    /// <summary>Runs the examination in a process of its own until it dies there.</summary>
    /// <returns>What that process was told is done.</returns>
    private async Task<IReadOnlyList<AcceptedVersion>> KillAsync(string data, KillInstant instant, CancellationToken cancel)
    {
        const int Killed = 128 + 9;
        using Process process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "killhost.dll"), data, Keys, instant.Stage.ToString(),
                instant.At.ToString(CultureInfo.InvariantCulture), instant.Part.ToString("R", CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
        })!;
        string said = await process.StandardOutput.ReadToEndAsync(cancel).WaitAsync(Deadline, cancel);
        await process.WaitForExitAsync(cancel).WaitAsync(Deadline, cancel);
        // A countdown inside the bundle's commit may outlast the process; that one has done everything.
        Assert.True(process.ExitCode == Killed || (instant.Stage is KillStage.InBundle or KillStage.InCommit && process.ExitCode == 0), $"the process ended with {process.ExitCode}");
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(w => new AcceptedVersion(Guid.Parse(w[0]), int.Parse(w[1], CultureInfo.InvariantCulture)))];
    }

    private async Task AssertGoesOnAsync(string data, KillInstant instant, IReadOnlyList<AcceptedVersion> promised, Outcome unbroken)
    {
        using SeedStation station = await SeedStation.OpenAsync(data, Keys);
        IReadOnlyList<TapeRecord> before = Whole(station);
        TakenUp taken = station.Play(new MortalCounts(), static (_, _, _) => { }, static _ => { });
        AssertReported(station, before, taken.Recovered, instant);
        await AssertWholeAsync(station, data);
        Outcome outcome = await OutcomeAsync(station, taken);
        Assert.Empty(promised.Except(outcome.Accepted.Select(f => new AcceptedVersion(f.Id, f.Version))));
        Assert.Equal(unbroken.Accepted.Count, outcome.Accepted.Count);
        HashSet<string> kept = [.. promised.Select(p => unbroken.Accepted.FirstOrDefault(f => f.Id == p.Id)?.Step).OfType<string>()];
        foreach ((Finding expected, Finding actual) in unbroken.Accepted.Zip(outcome.Accepted))
        {
            AssertSameResult(expected, actual, exact: kept.Contains(expected.Step) && expected.Step != ProtocolStep.Derived);
        }
    }

    /// <summary>A step that was done before the crash says the same to the letter; one that was taken again is another measurement of the same patient.</summary>
    private static void AssertSameResult(Finding expected, Finding actual, bool exact)
    {
        Assert.Equal((expected.Step, expected.Measure, expected.Site, expected.State, expected.Category), (actual.Step, actual.Measure, actual.Site, actual.State, actual.Category));
        if (exact)
        {
            Assert.Equal((expected.Id, expected.Printed, expected.Value, expected.Unrounded), (actual.Id, actual.Printed, actual.Value, actual.Unrounded));
        }
        else
        {
            AssertNear(expected.Value, actual.Value, expected.Unit);
            AssertNear(expected.Lower, actual.Lower, expected.Unit);
        }
    }

    private static void AssertNear(double? expected, double? actual, string unit)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } value)
        {
            double tolerance = unit == "{ratio}" ? 0.015 : 1.5;
            Assert.InRange(actual!.Value, value - tolerance, value + tolerance);
        }
    }

    private static void AssertReported(SeedStation station, IReadOnlyList<TapeRecord> before, TapeRecoveryReport? report, KillInstant instant)
    {
        if (before.Count == 0)
        {
            Assert.True(report is null or { State: TapeState.NeverStarted }, $"{report}");
            return;
        }

        Assert.NotNull(report);
        Assert.Equal(report.BytesCut > 0, report.Cut is not null);
        if (instant.Stage == KillStage.Writing)
        {
            Assert.True(report.BytesCut < 1 << 16);
        }
        else
        {
            Assert.Equal(0, report.BytesCut);
        }

        bool ended = instant.Stage is KillStage.BeforeBundle or KillStage.InBundle or KillStage.AfterBundle || before[^1].Type == TapeRecordType.Seal && Ends(before[^1]);
        Assert.Equal(ended ? TapeState.Ended : TapeState.Resumed, report.State);
        if (ended)
        {
            return;
        }

        Assert.Equal(before[^1].Type != TapeRecordType.Seal, report.RecoveredSeal is { Recovered: true, End: false });
        List<TapeRecord> all = [.. Records(station)];
        int resume = all.FindIndex(r => r.Type == TapeRecordType.Resume);
        Assert.Equal(resume, all.FindLastIndex(r => r.Type == TapeRecordType.Resume));
        Assert.Equal(TapeRecordType.Header, all[resume - 1].Type);
        Assert.Equal(TapeRecordType.Seal, all[resume - 2].Type);
        // Not one whole record of the tape was lost, and time went on by the wall.
        Assert.Equal(before.Select(r => (r.Type, r.Link, r.AtNs)), all.Take(before.Count).Select(r => (r.Type, r.Link, r.AtNs)));
        Assert.Equal(before.Max(r => r.AtNs) + 1 + BackAfterNs, all[resume].AtNs);
        Assert.Equal(all[resume].AtNs, report.ResumedAtNs);
        Assert.True(TapeResume.TryParse(all[resume], out TapeResume parsed));
        Assert.Equal(report.BytesCut, parsed.BytesCut);
    }

    private static bool Ends(TapeRecord seal) => TapeSeal.Kept(SeedStation.Examination, 1, seal.Payload.Span) is { End: true };

    private static List<TapeRecord> Whole(SeedStation station) => Directory.Exists(station.Tape) ? [.. Records(station)] : [];

    private static IEnumerable<TapeRecord> Records(SeedStation station) =>
        new TapeReader(station.Tape, station.Keys).Read().Select(t => t.Record with { Payload = t.Record.Payload.ToArray() });

    /// <summary>Nothing is wrong with the tape, every finding is derived again bit for bit, and the database has what the tape has.</summary>
    private async Task AssertWholeAsync(SeedStation station, string data)
    {
        Vascular.Acquisition.Records.Examination? examination = await new ExaminationRecord(station.Database).ExaminationAsync(SeedStation.Examination, default);
        Assert.NotNull(examination?.EndedUtcNs);
        TapeSeal kept = TapeSeal.Kept(SeedStation.Examination, (int)examination.SealedSegment, examination.Seal)!;
        Assert.True(kept.End);
        TapeVerdict verdict = TapeVerification.Verify(station.Tape, station.Keys.PublicKey, SeedStation.Examination, kept);
        Assert.Empty(verdict.Faults);
        Assert.Equal(0, verdict.Unsealed);
        Assert.StartsWith(data, station.Tape, StringComparison.Ordinal);
        ReplayOutcome replay = await ReplayCommand.ReplayAsync(station.Tape, Keys, CancellationToken.None);
        Assert.Empty(replay.Differences);
        Assert.Equal(replay.Findings, replay.Identical);
        Assert.True(replay.Findings >= 14);
    }

    /// <summary>What the database says in the end: each finding accepted once, one bundle.</summary>
    private static async Task<Outcome> OutcomeAsync(SeedStation station, TakenUp taken)
    {
        Assert.True(taken.Fold.IsEnded);
        var record = new ExaminationRecord(station.Database);
        IReadOnlyList<RecordedFinding> findings = await record.AcceptedFindingsAsync(SeedStation.Examination, default);
        Assert.DoesNotContain(findings, f => f.Withdrawn);
        OutboxStatus row = Assert.Single(await new OutboxRecord(station.Database).StatusAsync(SeedStation.Examination, default));
        Assert.Equal(1, row.ResultVersion);
        List<string> accepted = [];
        foreach (AuditEntry entry in (await record.AuditAsync(SeedStation.Examination, default)).Where(a => a.ActNumber > 0 && a.Action != "end"))
        {
            using JsonDocument detail = JsonDocument.Parse(entry.Detail);
            accepted.AddRange(detail.RootElement.GetProperty("accepted").EnumerateArray().Select(f => f.GetProperty("id").GetString()!));
        }

        Assert.Equal(accepted.Distinct(), accepted);
        Assert.Equal(findings.Select(f => f.Finding.Id.ToString()).Order(), accepted.Order());
        return new Outcome([.. findings.Select(f => f.Finding)]);
    }

    private sealed record Outcome(IReadOnlyList<Finding> Accepted);
}
