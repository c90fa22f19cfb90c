using System.Security.Cryptography;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>The published case of September 2017, from simulated device bytes to findings. Expectations: tests/vectors/seed-case.json.</summary>
public sealed class SeedExaminationTests : IClassFixture<SeedExaminationTests.Once>
{
    private const string Pressures = "seed-2017-09-pressures";

    private readonly PlayedScenario _played;
    private readonly PlayedScenario _pressures;

    public SeedExaminationTests(Once once) => (_played, _pressures) = (once.Played, once.Pressures);

    [Fact]
    public void It_plays_to_its_end_without_trouble()
    {
        Assert.Null(_played.Trouble);
        Assert.True(_played.Fold.IsEnded);
        Assert.Equal(1, _played.Ends);
        Assert.All(_played.Fold.Findings, f => Assert.True(_played.Fold.IsAccepted(f), f.Name));
    }

    [Theory]
    [InlineData("brachial-sys", "R.ARM", "113")]
    [InlineData("brachial-sys", "L.ARM", "114")]
    [InlineData("ankle-sys-pt", "R.PT", ">254 NC")]
    [InlineData("ankle-sys-dp", "R.DP", "102")]
    [InlineData("toe-sys", "R.TOE", "32")]
    [InlineData("abi-pt", "R.PT", ">2.22")]
    [InlineData("abi-dp", "R.DP", "0.89")]
    [InlineData("abi", "R.ANKLE", "0.89 (DP); PT >254 NC")]
    [InlineData("tbi", "R.TOE", "0.28")]
    [InlineData("wifi-ischemia", "R.FOOT", "2 (TP)")]
    public void It_prints_what_the_case_prints(string measure, string site, string printed) =>
        Assert.Equal((printed, printed), (_played.Finding(measure, site).Printed, _pressures.Finding(measure, site).Printed));

    /// <summary>The case prints no TcPO2: what the electrodes must find is the scenario's own truth.</summary>
    [Theory]
    [InlineData("R.FOOT.DORSUM", 14)]
    [InlineData("R.FOOT.PLANTAR", 21)]
    [InlineData("R.CHEST", 57)]
    public void Each_electrode_finds_the_plateau_of_its_own_place_within_its_stated_uncertainty(string site, double mmHg)
    {
        Finding finding = _played.Finding("tcpo2-plateau", site);
        Assert.Equal((MeasurementState.Measured, 1), (finding.State, finding.Attempt));
        Assert.InRange(finding.Unrounded!.Value, mmHg - finding.Uncertainty!.Value, mmHg + finding.Uncertainty.Value);
        Assert.InRange(finding.Uncertainty.Value, 1, 4);
        Assert.Empty(finding.Flags);
    }

    [Fact]
    public void The_electrodes_warm_while_arms_ankles_and_toe_are_measured_and_the_examination_ends_with_the_last_plateau()
    {
        NumberedAct[] acts = [.. _played.Fold.Acts.All];
        int Of(Func<Act, bool> that) => Array.FindIndex(acts, a => that(a.Act));
        foreach (string step in (string[])["tcpo2.dorsum.right", "tcpo2.plantar.right", "tcpo2.chest.right"])
        {
            Assert.True(Of(a => a is Act.Start s && s.Step == step) < Of(a => a is Act.Start { Step: "arm.right" }), step);
            Assert.True(Of(a => a is Act.Stop s && s.Step == step) > Of(a => a is Act.Stop { Step: "toe.right" }), step);
        }

        // at ten times real speed a minute and a half to two minutes
        Assert.InRange(_played.Fold.LastAtNs / 60e9, 14, 20);
    }

    [Fact]
    public void The_limb_is_non_compressible_and_has_no_index_of_its_own()
    {
        Finding abi = _played.Finding("abi", "R.ANKLE");
        Assert.Equal((MeasurementState.Interval, "noncompressible"), (abi.State, abi.Category));
        Assert.Null(abi.Value);
        Assert.Equal(2.22, abi.Lower);
    }

    /// <summary>As the case has it: by the toe, since no ankle index of a limb that cannot be compressed may be used. 32 ± 5 mmHg reaches into the next grade,
    /// where the invented TcPO2 of 15 and 22 mmHg already is.</summary>
    [Fact]
    public void The_foot_is_graded_by_its_toe()
    {
        Finding grade = _played.Finding("wifi-ischemia", "R.FOOT");
        Assert.Equal((MeasurementState.Measured, 2.0), (grade.State, grade.Value));
        Assert.Equal(["abi_not_usable", "tp_tcpo2_disagree", "within_uncertainty_2_or_3"], grade.Flags);
        Assert.Contains(_played.Finding("toe-sys", "R.TOE").Id, grade.Inputs);
    }

    [Fact]
    public void Every_left_site_is_amputated_and_has_no_index()
    {
        Finding[] left = [.. _played.Fold.Findings.Where(f => f.Site.Side == Side.Left && f.Site.Place != Place.Arm)];
        Assert.Equal(["L.DP", "L.PT", "L.TOE"], left.Select(f => f.Site.Code).Order(StringComparer.Ordinal));
        Assert.All(left, f => Assert.Equal(MeasurementState.Amputated, f.State));
    }

    [Fact]
    public void Every_number_carries_its_uncertainty_its_method_and_the_tape_it_rests_on()
    {
        foreach (Finding finding in _played.Fold.Findings.Where(f => f.Value is not null))
        {
            // a grade has no half width: it says which other grades its measurement's uncertainty reaches
            Assert.True(finding.Unit == "{score}" ? finding.Flags.Contains("within_uncertainty_2_or_3") : finding.Uncertainty > 0, finding.Name);
            Assert.True(finding.MethodVersion > 0, finding.Name);
            Assert.True(finding.Inputs.Count > 0 || finding.ToAtNs > finding.FromAtNs, finding.Name);
            Assert.NotNull(finding.SettingsSha256);
        }
    }

    [Fact]
    public void The_trace_at_rest_is_ten_seconds_of_what_the_wire_carried()
    {
        FindingTrace trace = _played.Finding("ppg-waveform", "R.TOE").Trace!;
        Assert.Equal(750, trace.Samples.Count);
        Assert.Equal(13_333_333, trace.PeriodNs);
        Assert.All(trace.Samples, s => Assert.InRange(s!.Value, trace.LowerLimit, trace.UpperLimit));
    }

    [Fact]
    public void Replay_derives_every_finding_again_bit_for_bit()
    {
        ReplayOutcome outcome = _played.Replay();
        Assert.Empty(outcome.Differences);
        Assert.True(outcome.Findings > 15);
        Assert.Equal(outcome.Findings, outcome.Identical);
    }

    [Fact]
    public void The_same_seed_gives_the_same_records_and_another_seed_does_not()
    {
        Assert.Equal(Sha(_pressures), Sha(PlayedScenario.Play(Pressures)));
        Assert.NotEqual(Sha(_pressures), Sha(PlayedScenario.Play(Pressures, 7)));
    }

    /// <summary>The truth of the simulated toe is 32.6 mmHg; the seed decides the noise, the beats and where they fall on the cuff's slope.</summary>
    [Fact]
    public void Whatever_the_seed_the_toe_is_read_within_its_stated_uncertainty()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            PlayedScenario played = PlayedScenario.Play(Pressures, seed);
            Assert.Null(played.Trouble);
            Finding toe = played.Finding("toe-sys", "R.TOE");
            Assert.Equal(MeasurementState.Measured, toe.State);
            Assert.InRange(toe.Unrounded!.Value, 32.6 - toe.Uncertainty!.Value, 32.6 + toe.Uncertainty.Value);
        }
    }

    /// <summary>A fast hand on the pump leaves the detector few seconds without a pulse: that must not read as an artery that never closed.</summary>
    [Theory]
    [InlineData(60, 15)]
    [InlineData(55, 30)]
    [InlineData(60, 40)]
    [InlineData(75, 30)]
    [InlineData(75, 40)]
    public void However_fast_the_cuff_is_pumped_the_toe_is_read(int toMmHg, int mmHgPerSecond)
    {
        using Stream seed = typeof(Scenario).Assembly.GetManifestResourceStream("scenarios/seed-2017-09-pressures.yaml")!;
        using var text = new StreamReader(seed);
        const string Usual = "to_mmHg: 75, mmHg_per_s: 20";
        string yaml = text.ReadToEnd();
        Assert.Contains(Usual, yaml, StringComparison.Ordinal);
        using var changed = new StringReader(yaml.Replace(Usual, $"to_mmHg: {toMmHg}, mmHg_per_s: {mmHgPerSecond}", StringComparison.Ordinal));
        Finding toe = PlayedScenario.Play(ScenarioFile.Read(changed, "pumped.yaml")).Finding("toe-sys", "R.TOE");
        Assert.Equal((1, MeasurementState.Measured), (toe.Attempt, toe.State));
        Assert.InRange(toe.Unrounded!.Value, 32.6 - toe.Uncertainty!.Value, 32.6 + toe.Uncertainty.Value);
    }

    [Fact]
    public void A_cable_pulled_during_the_toe_run_costs_that_attempt_and_no_more()
    {
        TapeRecord start = _pressures.Taped().First(r => r.Type == TapeRecordType.Act && Text(r).Contains("\"kind\":\"start\"", StringComparison.Ordinal) && Text(r).Contains("toe.right", StringComparison.Ordinal));
        Finding unbroken = _pressures.Finding("toe-sys", "R.TOE");
        long endPointAfterNs = ((unbroken.FromAtNs + unbroken.ToAtNs) / 2) - start.AtNs;
        PlayedScenario played = PlayedScenario.Play(Pressures, before: bench => bench.Unplug("ppg-1", start.AtNs + endPointAfterNs - 1_000_000_000, 3_000_000_000));
        Assert.Null(played.Trouble);
        Finding toe = played.Finding("toe-sys", "R.TOE");
        Assert.Equal((2, MeasurementState.Measured), (toe.Attempt, toe.State));
        Assert.InRange(toe.Value!.Value, 31, 33);
        Assert.Contains(played.Taped(), r => r.Type == TapeRecordType.Closed);
        Assert.Empty(played.Replay().Differences);
    }

    private static string Text(in TapeRecord record) => System.Text.Encoding.UTF8.GetString(record.Payload.Span);

    /// <summary>Over what the tape says, not how it is enciphered.</summary>
    private static string Sha(PlayedScenario played)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TapeRecord record in played.Taped())
        {
            if (record.Type is not (TapeRecordType.Header or TapeRecordType.Chain or TapeRecordType.Seal))
            {
                sha.AppendData([(byte)record.Type, (byte)record.Link]);
                sha.AppendData(BitConverter.GetBytes(record.AtNs));
                sha.AppendData(record.Payload.Span);
            }
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public sealed class Once
    {
        internal PlayedScenario Played { get; } = PlayedScenario.Play("seed-2017-09");

        /// <summary>The same without TcPO2: for what is played many times.</summary>
        internal PlayedScenario Pressures { get; } = PlayedScenario.Play(SeedExaminationTests.Pressures);
    }
}
