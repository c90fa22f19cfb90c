using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>TcPO2 as steps of an examination: beside the others, by the tape alone.</summary>
public class SkinOxygenStepTests
{
    private static readonly Site Dorsum = Site.Parse("R.FOOT.DORSUM");
    private static readonly Site Chest = Site.Parse("L.CHEST");

    private readonly HandTape _tape = HandTape.Begun();

    public SkinOxygenStepTests()
    {
        _tape.Open(HandTape.Skin, "skin 1");
        _tape.Open(HandTape.ChestSkin, "skin 2");
    }

    [Fact]
    public void A_warm_and_steady_electrode_gives_its_value_with_what_belongs_to_it()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 900, Settling);
        Assert.Equal(PlateauPhase.Plateau, Assert.Single(_tape.Fold.Electrodes).Now.Phase);
        _tape.Do(new Act.Stop(HandTape.SkinStep));

        Finding finding = _tape.Finding(HandTape.SkinStep)!;
        Assert.Equal((MeasurementState.Measured, 11.0, "11", "mm[Hg]", "tcpo2-plateau"), (finding.State, finding.Value, finding.Printed, finding.Unit, finding.Measure));
        Assert.InRange(finding.Uncertainty!.Value, 0.5, 3);
        Assert.Equal(44.0, Part(finding, "electrode-temp"));
        Assert.Equal(412.0, Part(finding, "electrode-power"));
        Assert.Empty(finding.Flags);
        // warm 600 s after the heater, then steady for 180 s and held for 60 s: not before
        Assert.InRange(Part(finding, "tcpo2-plat-time")!.Value, 660, 900);
        Assert.Equal(180.0, (finding.ToAtNs - finding.FromAtNs) / 1e9);
        Assert.Empty(_tape.Fold.Electrodes);
    }

    [Fact]
    public void Two_electrodes_warm_while_an_arm_is_measured_and_none_knows_of_the_other()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        Apply(HandTape.ChestSkin, Chest, "skin 2", HandTape.ChestStep);
        _tape.At(2).Arm("arm.right", "R.ARM", 114);
        for (int at = 10; at < 920; at++)
        {
            _tape.At(at).Poll(HandTape.Skin, Settling(at), 44, 412);
            _tape.At(at + 0.5).Poll(HandTape.ChestSkin, 52, 44, 380);
        }

        _tape.Do(new Act.Stop(HandTape.SkinStep));
        Assert.Single(_tape.Fold.Electrodes);
        _tape.Do(new Act.Stop(HandTape.ChestStep));
        Assert.Equal((11.0, 52.0, 114.0), (_tape.Finding(HandTape.SkinStep)!.Value, _tape.Finding(HandTape.ChestStep)!.Value, _tape.Finding("arm.right")!.Value));
        ReplayOutcome replay = HandTape.Replay(_tape.Records);
        Assert.Equal(replay.Findings, replay.Identical);
        Assert.True(replay.Findings >= 3);
    }

    [Fact]
    public void Stopped_too_early_is_no_statement_and_says_where_it_stood()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 300, Settling).Do(new Act.Stop(HandTape.SkinStep));
        Finding finding = _tape.Finding(HandTape.SkinStep)!;
        Assert.Equal((MeasurementState.Unreadable, (double?)null, "stopped before an answer: warming"), (finding.State, finding.Value, finding.Reason));
    }

    [Fact]
    public void A_line_that_goes_before_the_answer_costs_time_and_never_a_wrong_value()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 640, Settling).Link(TapeRecordType.Closed, HandTape.Skin);
        _tape.At(700).Open(HandTape.Skin, "skin 1");
        _tape.Tensions(HandTape.Skin, 701, 1100, Settling).Do(new Act.Stop(HandTape.SkinStep));
        Finding finding = _tape.Finding(HandTape.SkinStep)!;
        Assert.Equal((MeasurementState.Measured, 11.0), (finding.State, finding.Value));
        Assert.Contains("gap", finding.Flags);
        Assert.True(finding.FromAtNs >= HandTape.Ns(700));
    }

    [Fact]
    public void Warming_counts_from_the_heater_where_the_electrode_says_it()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 240, _ => 11, celsius: 38);
        Assert.Equal(PlateauPhase.HeaterOff, _tape.Fold.Electrodes[0].Now.Phase);
        _tape.Tensions(HandTape.Skin, 240, 830, _ => 11);
        Assert.Equal(PlateauPhase.Warming, _tape.Fold.Electrodes[0].Now.Phase);
        _tape.Tensions(HandTape.Skin, 830, 1200, _ => 11).Do(new Act.Stop(HandTape.SkinStep));
        Assert.True(Part(_tape.Finding(HandTape.SkinStep)!, "tcpo2-plat-time") > 840);
    }

    /// <summary>0.2095 × (760 − 68.2) mmHg: water vapour saturated at 44 °C is 90.96 hPa (Magnus).</summary>
    [Fact]
    public void The_air_point_is_that_of_the_barometer_when_the_electrode_was_applied()
    {
        _tape.Open(HandTape.Barometer, "air 1");
        _tape.Air(101.325);
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        Apply(HandTape.ChestSkin, Chest, "skin 2", HandTape.ChestStep);
        Assert.InRange(_tape.Fold.Electrodes[0].AirPointMmHg!.Value, 144.8, 145.0);
        Assert.Null(_tape.Fold.Electrodes[1].AirPointMmHg);       // its settings do not say what its air is
        _tape.At(1).Air(90);

        // 140 mmHg is skin where the air point is 155, and air where it is 145
        _tape.Tensions(HandTape.Skin, 2, 20, _ => 11);
        _tape.Tensions(HandTape.Skin, 20, 60, _ => 140);
        Assert.Equal(PlateauPhase.AirLeak, _tape.Fold.Electrodes[0].Now.Phase);
        _tape.Tensions(HandTape.Skin, 60, 1000, _ => 11).Do(new Act.Stop(HandTape.SkinStep));
        Finding finding = _tape.Finding(HandTape.SkinStep)!;
        Assert.InRange(Part(finding, "air-point")!.Value, 144.8, 145.0);
        Assert.Equal(["air_leak"], finding.Flags);
        Assert.Equal(_tape.Fold.Findings.Count, HandTape.Replay(_tape.Records).Identical);
    }

    [Fact]
    public void Every_change_of_an_electrode_is_told_once_and_its_stop_too()
    {
        var watch = new ElectrodeWatch();
        List<string> told = [];
        _tape.Folded = _ => told.AddRange(watch.Next(_tape.Fold).Select(n => $"{n.Link} {n.State?.Phase ?? "stopped"} {string.Join(',', n.State?.Flags ?? [])}".TrimEnd()));
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 100, _ => 11).Tensions(HandTape.Skin, 100, 130, _ => 152).Tensions(HandTape.Skin, 130, 1000, _ => 11);
        _tape.Tensions(HandTape.Skin, 1000, 1300, at => 11 + ((at - 1000) / 20)).Do(new Act.Stop(HandTape.SkinStep));
        Assert.Equal(
            ["tcpo2-1 off_skin", "tcpo2-1 warming", "tcpo2-1 air_leak air_leak", "tcpo2-1 warming air_leak", "tcpo2-1 settling air_leak", "tcpo2-1 plateau air_leak",
                "tcpo2-1 settling plateau_withdrawn,air_leak", "tcpo2-1 stopped"],
            told);
        Assert.Contains("plateau_withdrawn", _tape.Finding(HandTape.SkinStep)!.Flags);
    }

    /// <summary>What becomes of each end of a measurement in the chart: a value with its flags, or no value with the reason.</summary>
    [Theory]
    [InlineData("no plateau", null, "no_plateau")]
    [InlineData("withdrawn", "error", "plateau_withdrawn")]
    [InlineData("air", "error", "air_leak")]
    [InlineData("heater", "error", "heater_off")]
    [InlineData("time limit", "not-performed", "site_time_limit")]
    public void The_chart_gets_a_value_or_the_reason_for_none(string course, string? absent, string flag)
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        HandTape played = course switch
        {
            "no plateau" => _tape.Tensions(HandTape.Skin, 1, 1400, at => 60 - (0.015 * at)),
            "withdrawn" => _tape.Tensions(HandTape.Skin, 1, 900, _ => 11).Tensions(HandTape.Skin, 900, 1100, at => 11 + ((at - 900) / 20)),
            "air" => _tape.Tensions(HandTape.Skin, 1, 400, _ => 11).Tensions(HandTape.Skin, 400, 460, _ => 152),
            "heater" => _tape.Tensions(HandTape.Skin, 1, 400, _ => 11).Tensions(HandTape.Skin, 400, 460, _ => 11, celsius: 30),
            _ => _tape.Tensions(HandTape.Skin, 1, 400, _ => 11).Tensions(HandTape.Skin, 400, 14_410, _ => 11, celsius: 43.6 - 3),
        };
        played.Do(new Act.Stop(HandTape.SkinStep));
        Finding finding = played.Finding(HandTape.SkinStep)!;
        Hl7.Fhir.Model.Observation sent = SessionBundle.Of(SeedSession.Report(SeedSession.Reported(finding with { Version = 1 })))
            .Entry.Select(e => e.Resource).OfType<Hl7.Fhir.Model.Observation>().Single();
        Assert.Equal(absent, sent.DataAbsentReason?.Coding[0].Code);
        Assert.Equal(absent is null, sent.Value is not null);
        Assert.Equal(absent is null, sent.Component.Any(c => c.Code.Text == "Uncertainty, 95 % half width"));
        Assert.Contains(flag, sent.Interpretation.Select(i => i.Coding[0].Code));
        Assert.True(absent is null || sent.DataAbsentReason!.Text!.Length > 10);
    }

    [Fact]
    public void Electrodes_are_named_when_an_act_does_not_fit()
    {
        Assert.Equal("no TcPO2 electrode is on R.FOOT.DORSUM: connect it and bind it there", _tape.Refusal(new Act.Start(HandTape.SkinStep)));
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        Assert.Equal($"step {HandTape.SkinStep} is running already", _tape.Refusal(new Act.Start(HandTape.SkinStep)));
        Assert.Equal($"R.FOOT.DORSUM still has its electrode: stop step {HandTape.SkinStep} before the end", _tape.Refusal(new Act.End()));
        Assert.NotNull(_tape.Refusal(new Act.Bind(HandTape.Skin, Chest, "skin 1")));
        Assert.NotNull(_tape.Refusal(new Act.Repeat(HandTape.SkinStep)));
    }

    [Fact]
    public void A_crash_ends_every_electrode_as_interrupted()
    {
        Apply(HandTape.Skin, Dorsum, "skin 1", HandTape.SkinStep);
        _tape.Tensions(HandTape.Skin, 1, 900, Settling);
        _tape.Put(new TapeRecord(TapeRecordType.Resume, 0, _tape.NowNs, new TapeResume(0, 0).ToBytes()));
        Assert.Empty(_tape.Fold.Electrodes);
        Assert.Equal((MeasurementState.Unreadable, "interrupted: take the step again"), (_tape.Finding(HandTape.SkinStep)!.State, _tape.Finding(HandTape.SkinStep)!.Reason));
    }

    /// <summary>From air to 11 mmHg with a time constant of a minute and a half.</summary>
    private static double Settling(double at) => 11 + (109 * Math.Exp(-at / 90));

    private static double? Part(Finding finding, string name) => finding.Parts.Single(p => p.Name == name).Value;

    private void Apply(string link, Site site, string identity, string step)
    {
        _tape.Do(new Act.Bind(link, site, identity));
        _tape.Do(new Act.Start(step));
    }
}
