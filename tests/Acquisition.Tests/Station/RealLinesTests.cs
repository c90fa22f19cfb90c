using System.Text;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The scenario on the virtual clock runs over a real pseudo terminal and a real socket as well, on the system clock at speed 1.
/// What is compared are bytes, states and the tape; values depend on the machine's timing and have a tolerance.</summary>
public sealed class RealLinesTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(180);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("real-lines-");
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose()
    {
        keys.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_short_seed_case_runs_over_a_pty_and_a_socket_with_a_cable_pulled_in_the_middle()
    {
        var run = new RealRun(ShortSeedCase.Scenario(marks: false), folder.FullName, keys);
        using var deadline = new CancellationTokenSource(Deadline);
        ExaminationFold fold = await run.PlayAsync(deadline.Token);

        Assert.Null(run.Trouble);
        Assert.Null(await run.MarkAnswer.WaitAsync(deadline.Token));
        Assert.True(fold.IsEnded);
        AssertFindings(fold);
        AssertBytes(run);
        AssertTape(run.Tape);
        AssertRecovers(run);
    }

    [Fact]
    public void The_short_seed_case_comes_to_the_same_states_on_the_virtual_clock()
    {
        PlayedScenario played = PlayedScenario.Play(ShortSeedCase.Scenario(marks: true));
        Assert.Null(played.Trouble);
        AssertStates(played.Fold);
    }

    private static void AssertFindings(ExaminationFold fold)
    {
        Dictionary<string, Finding> found = AssertStates(fold);
        Assert.Equal("technician", fold.Acts.All.Single(a => a.Act is Act.Mark).User);

        Attempt[] traces = [.. fold.Attempts.Where(a => a.Step.Key == "ppg.right")];
        Assert.Equal(2, traces.Length);
        Assert.Equal("ppg-1", Assert.Single(traces[0].Gaps).Link);
        Assert.Empty(traces[1].Gaps);
        Assert.Equal(2, found["ppg.right/ppg-waveform"].Attempt);
    }

    /// <summary>What holds on any clock.</summary>
    private static Dictionary<string, Finding> AssertStates(ExaminationFold fold)
    {
        Dictionary<string, Finding> found = fold.Findings.ToDictionary(f => f.Name.Split('/')[1] + "/" + f.Measure);
        Assert.All(found.Values, f => Assert.True(fold.IsAccepted(f)));
        Near(ShortSeedCase.ArmMmHg, 3, found["arm.right/brachial-sys"]);
        Near(ShortSeedCase.AnkleMmHg, 8, found["ankle.dp.right/ankle-sys-dp"]);
        Near(ShortSeedCase.ToeMmHg, 10, found["toe.right/toe-sys"]);
        Assert.Equal("doppler-mark", found["ankle.dp.right/ankle-sys-dp"].Method);
        Assert.Equal(MeasurementState.Measured, found["ppg.right/ppg-waveform"].State);
        Assert.Equal(MeasurementState.Measured, found["derived/tbi"].State);
        return found;
    }

    private static void Near(double truth, double within, Finding finding)
    {
        Assert.Equal((MeasurementState.Measured, finding.Step), (finding.State, finding.Step));
        Assert.InRange(finding.Unrounded!.Value, truth - within, truth + within);
    }

    /// <summary>What the tape has of each connection is what the device wrote in it, in order and without a hole: a serial port may throw away what came
    /// before it was open, a pulled cable what was under way (where the reader was late, what came after the read before its last), and the end of the examination
    /// what came after.</summary>
    private static void AssertBytes(RealRun run)
    {
        const int UnderWay = 64;
        List<TapedConnection> ppg = run.Taped("ppg-1");
        Assert.Equal(2, run.Ppg.Written.Count);
        Assert.Equal(2, ppg.Count);
        int first = Start(run.Ppg.Written[0], ppg[0]);
        int unread = run.Ppg.Written[0].Bytes.Count - run.Ppg.Written[0].Until(ppg[0].ReadNs[^2]);
        Assert.InRange(run.Ppg.Written[0].Bytes.Count - first - ppg[0].Bytes.Count, 0, Math.Max(UnderWay, unread));
        Start(run.Ppg.Written[1], ppg[1]);

        TapedConnection cuff = Assert.Single(run.Taped("cuff-1"));
        Assert.Equal(0, Start(Assert.Single(run.Cuff.Written), cuff));
        Assert.All(ppg.Append(cuff), c => Assert.True(c.Bytes.Count > 1000));
    }

    private static int Start(Plugging written, TapedConnection taped)
    {
        int at = written.Bytes.ToArray().AsSpan().IndexOf(taped.Bytes.ToArray());
        Assert.InRange(at, 0, written.Until(taped.OpenNs));
        return at;
    }

    private void AssertTape(string tape)
    {
        TapeVerdict verdict = TapeVerification.Verify(tape, keys.PublicKey);
        Assert.Empty(verdict.Faults);
        Assert.Equal(0, verdict.Unsealed);
        ReplayOutcome replayed = Replayed(tape);
        Assert.Empty(replayed.Differences);
        Assert.Equal(replayed.Findings, replayed.Identical);
        Assert.True(replayed.Findings > 5);
    }

    /// <summary>A copy cut in the middle, as a crash leaves it, is recovered and replays without a difference.</summary>
    private void AssertRecovers(RealRun run)
    {
        string cut = Path.Combine(folder.FullName, "cut");
        Directory.CreateDirectory(cut);
        foreach (string file in Directory.GetFiles(run.Tape))
        {
            File.Copy(file, Path.Combine(cut, Path.GetFileName(file)));
        }

        using (FileStream segment = new(Path.Combine(cut, TapeFormat.SegmentName(1)), FileMode.Open))
        {
            segment.SetLength(segment.Length * 2 / 3);
        }

        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(cut, keys, run.Id, "bedside-box-01", "test", 0);
        Assert.Equal(TapeState.Resumed, report.State);
        writer!.Dispose();
        Assert.Empty(TapeVerification.Verify(cut, keys.PublicKey).Faults);
        Assert.Empty(Replayed(cut).Differences);
    }

    private ReplayOutcome Replayed(string tape)
    {
        var reader = new TapeReader(tape, keys);
        Replay? replay = null;
        foreach (TapedRecord record in reader.Read())
        {
            replay ??= new Replay(reader.Header!.Examination);
            replay.Next(record.Record);
        }

        Assert.Null(reader.Fault);
        return replay!.Finish();
    }
}

/// <summary>One examination of a scenario over real lines.</summary>
public sealed class RealRun : IChart
{
    private const long StepNs = 100_000_000;
    private const long PulledAfterNs = 3_000_000_000;
    private const long OutNs = 1_500_000_000;
    private const double OccludedMmHg = 120;
    private const long ReactionNs = 200_000_000;

    private readonly Scenario scenario;
    private readonly SharedWorld world;
    private readonly string link;
    private readonly TapeKeys keys;
    private readonly TaskCompletionSource<string?> marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StationClock clock = new(TimeProvider.System);
    private readonly LiveStation bench;
    private Task pulling = Task.CompletedTask;
    private bool pulled;
    private bool occluded;
    private int port;
    private ScriptedTechnician? technician;

    public RealRun(Scenario scenario, string folder, TapeKeys keys)
    {
        (this.scenario, this.keys) = (scenario, keys);
        world = new SharedWorld(scenario);
        bench = new LiveStation(clock, TimeProvider.System);
        link = Path.Combine(folder, "toe-sensor");
        Tape = Path.Combine(folder, "tape");
        Id = ScenarioSettings.ExaminationId(scenario, scenario.Seed);
        long startedAt = TimeProvider.System.GetTimestamp();
        BeganNs = clock.NowNs;
        Ppg = new PluggedDevice(world.Device("ppg-1"), () => new PtyLine(link), startedAt);
        Cuff = new PluggedDevice(world.Device("cuff-1"), Socket, startedAt);
    }

    public string Tape { get; }

    public Guid Id { get; }

    public PluggedDevice Ppg { get; }

    public PluggedDevice Cuff { get; }

    public string? Trouble => technician?.Trouble;

    /// <summary>What the station answered to the mark that came through its door.</summary>
    public Task<string?> MarkAnswer => marked.Task;

    private long BeganNs { get; }

    public async Task<ExaminationFold> PlayAsync(CancellationToken cancel)
    {
        TapeWriter writer = TapeWriter.Create(Tape, Id, "bedside-box-01", keys, "test", Acquisition.Records.UtcNs.Of(scenario.Start));
        using Examination examination = Examination.Begin(Id, writer, ScenarioSettings.Of(scenario), 1, bench, this);
        Ppg.Plug();
        Cuff.Plug();
        bench.Begin(examination, BeganNs);
        Join("ppg-1", new LinkSettings.Serial(link, 9600), SupervisedLink.StreamingSilence, 1);
        Join("cuff-1", new LinkSettings.Tcp("127.0.0.1", port), null, 2);
        IBenchTime time = world.Time(bench);
        technician = new ScriptedTechnician(scenario, world.World, examination, time, 0);
        time.Schedule(0, technician.Begin);
        ((IBenchTime)bench).Schedule(0, () => Look(examination));
        await bench.RunAsync(cancel);
        await pulling;
        await Ppg.DisposeAsync();
        await Cuff.DisposeAsync();
        return examination.Fold;
    }

    /// <summary>What the tape has of a link, connection by connection; one that brought nothing is none.</summary>
    public List<TapedConnection> Taped(string name)
    {
        ushort number = ScenarioSettings.Of(scenario).LinkNumber(name);
        List<TapedConnection> connections = [];
        foreach (TapedRecord taped in new TapeReader(Tape, keys).Read().Where(r => r.Record.Link == number))
        {
            switch (taped.Record.Type)
            {
                case TapeRecordType.Open:
                    connections.Add(new TapedConnection(taped.Record.AtNs, [], []));
                    break;
                case TapeRecordType.Bytes:
                    connections[^1].Bytes.AddRange(taped.Record.Payload.Span);
                    connections[^1].ReadNs.Add(taped.Record.AtNs);
                    break;
            }
        }

        return [.. connections.Where(c => c.Bytes.Count > 0)];
    }

    void IChart.Commit(ActEffect effect)
    {
    }

    void IChart.Sealed(TapeSeal seal)
    {
    }

    void IChart.Ended(ActEffect end)
    {
    }

    private TcpLine Socket()
    {
        var line = new TcpLine(0);
        port = line.Port;
        return line;
    }

    private void Join(string name, LinkSettings settings, TimeSpan? silence, int seed)
    {
        var links = new LinkFactory(clock, TimeProvider.System);
        bench.Add(new SupervisedLink(name, silence, cancel => links.OpenAsync(settings, cancel), bench.Events, clock, TimeProvider.System, new Random(seed)));
    }

    /// <summary>Ten times a second, in the station's loop: pulls the sensor's cable in its first trace, and hears the ankle for the one at the door.</summary>
    private void Look(Examination examination)
    {
        if (examination.Fold.Running is TraceAttempt { Number: 1 } trace && !pulled && examination.Fold.LastAtNs - trace.StartedAtNs >= PulledAfterNs)
        {
            pulled = true;
            pulling = PullAsync(bench.NowNs);
        }

        if (examination.Fold.Running is CuffAttempt { Step.Kind: StepKind.AnklePressure })
        {
            Listen();
        }

        if (Trouble is not null)
        {
            examination.Perform(new Act.Stop(examination.Fold.Running?.Step.Key ?? string.Empty), "test", examination.Fold.LastAtNs);
            examination.Perform(new Act.End(), "test", examination.Fold.LastAtNs);
            return;
        }

        ((IBenchTime)bench).Schedule(bench.NowNs + StepNs, () => Look(examination));
    }

    /// <summary>The cable is out for a while. It goes in again only when it is out: a busy machine may take its time over the pulling.</summary>
    private async Task PullAsync(long atNs)
    {
        await Ppg.UnplugAsync(atNs);
        await bench.AskAsync(() => ((IBenchTime)bench).Schedule(bench.NowNs + OutNs, Ppg.Plug), CancellationToken.None);
    }

    private void Listen()
    {
        long now = bench.NowNs;
        bool before = occluded;
        occluded |= world.Look(w => w.Cuff("cuff-1").PressureAt(now)) >= OccludedMmHg;
        if (before && !marked.Task.IsCompleted && world.Look(w => w.Patient.NextDopplerSound(new Site(Side.Right, Place.DorsalisPedis), now, now + StepNs)) is { } sound)
        {
            occluded = false;
            ((IBenchTime)bench).Schedule(sound + ReactionNs, () => _ = MarkAsync());
        }
    }

    private async Task MarkAsync() => marked.TrySetResult(
        await bench.PerformAsync((fold, atNs) => ActDoor.Read("""{"kind":"mark","sound":"returned"}""", fold, atNs), "technician", CancellationToken.None));
}

/// <summary>Bytes of one connection on a tape.</summary>
/// <param name="OpenNs">When the station had opened the line.</param>
/// <param name="ReadNs">When each read of them had ended.</param>
public sealed record TapedConnection(long OpenNs, List<byte> Bytes, List<long> ReadNs);

/// <summary>The seed case for a right leg in about a minute: a fast heart and quick hands; no number of it is in the source.</summary>
public static class ShortSeedCase
{
    public const double ArmMmHg = 128;
    public const double AnkleMmHg = 102.4;
    public const double ToeMmHg = 32.1;

    /// <param name="marks">Whether the scripted technician marks the ankle's end point; else somebody at the station's door does.</param>
    public static Scenario Scenario(bool marks) => ScenarioFile.Read(
        new StringReader((Patient + QuickHands.Arm + Ankle + QuickHands.Trace + QuickHands.Toe(toMmHg: 75, untilMmHg: 14, pumpMmHgPerS: 15) + QuickHands.End).Replace("MARK", marks ? "mark: { when: doppler, artery: R.DP, reaction_ms: 200, deadline_s: 20 }" : "wait_cuff: { cuff: cuff-1 }", StringComparison.Ordinal)),
        "seed-2017-09-short.yaml");

    private const string Patient = """
        id: seed-2017-09-short
        title: "The right leg of the seed case, shortened"
        seed: 20170916
        start: 2017-09-15T09:30:00Z
        patient: { system: "urn:oid:2.999.1.1", identifier: SEED-SHORT, gender: female }
        order: { placer: ORD-78, accession: ACC-78, reason: "test" }
        truth:
          heart_rate_per_min: 110
          respiration_per_min: 16
          spo2_percent: 96
          pressure_swing_percent: 0.25
          arm_diastolic_mmHg: 95
          arteries:
            R.ARM: { systolic_mmHg: 128.0, compressible: true }
            R.DP: { systolic_mmHg: 102.4, compressible: true }
            R.TOE: { systolic_mmHg: 32.1, compressible: true }
          toe_pulse: { shape: ischaemic, amplitude_counts: 900, noise_counts: 6, growth_mmHg: 14 }
        devices:
          ppg-1: { kind: nonin7 }
          cuff-1: { kind: par, cuff_limit_mmHg: 254 }
        script:

        """;

    private const string Ankle = """
          - step: ankle.dp.right
            site: R.DP
            actions:
              - bind: { device: cuff-1, site: R.DP }
              - start
              - wait: { seconds: 1 }
              - inflate: { cuff: cuff-1, to_mmHg: 125, mmHg_per_s: 50 }
              - hold: { cuff: cuff-1, seconds: 3 }
              - bleed: { cuff: cuff-1, mmHg_per_s: 4, until_mmHg: 90 }
              - MARK
              - wait: { seconds: 1 }
              - dump: { cuff: cuff-1 }
              - wait_cuff: { cuff: cuff-1 }
              - stop
              - accept

        """;
}
