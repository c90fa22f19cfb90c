using System.Text.Json;
using Hl7.Fhir.Model;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class ObservationStateTests
{
    [Fact]
    public void Measured_is_a_value_without_comparator()
    {
        Observation toe = Toe(MeasurementState.Measured, f => f with { Value = 32 });
        Quantity value = Assert.IsType<Quantity>(toe.Value);
        Assert.Equal((32m, "mm[Hg]", "http://unitsofmeasure.org", "mmHg"), (value.Value, value.Code, value.System, value.Unit));
        Assert.Null(value.Comparator);
        Assert.Null(toe.DataAbsentReason);
        Assert.Empty(toe.Interpretation);
    }

    [Theory]
    [InlineData("abnormal", MeasurementState.Measured, true)]
    [InlineData("normal", MeasurementState.Measured, false)]
    [InlineData("borderline", MeasurementState.Measured, false)]
    [InlineData("noncompressible", MeasurementState.Measured, false)]
    public void An_index_of_the_abnormal_class_is_interpreted_as_low_and_no_other(string category, MeasurementState state, bool low)
    {
        Observation tbi = Mapped(SeedSession.Named("derived", "tbi", "R.TOE1", "{ratio}", state) with { Value = 0.28, Category = category });
        Assert.Equal(low ? ["L", category] : [category], Interpretations(tbi));
    }

    [Fact]
    public void Above_limit_is_the_limit_with_a_comparator_and_says_non_compressible()
    {
        Observation toe = Toe(MeasurementState.AboveLimit, f => f with { Limit = 254 });
        Quantity value = Assert.IsType<Quantity>(toe.Value);
        Assert.Equal((254m, Quantity.QuantityComparator.GreaterThan), (value.Value, value.Comparator));
        Assert.Equal([">", "non-compressible"], Interpretations(toe));
    }

    [Fact]
    public void A_clipped_amplitude_is_above_its_limit_but_no_artery_is_called_non_compressible()
    {
        Observation clipped = Mapped(SeedSession.Named("ppg", "ppg-amplitude", "R.TOE1", "mm", MeasurementState.AboveLimit) with { Limit = 96 });
        Assert.Equal([">"], Interpretations(clipped));
    }

    [Fact]
    public void Below_limit_is_the_floor_with_a_comparator()
    {
        Observation toe = Toe(MeasurementState.BelowLimit, f => f with { Limit = 30 });
        Quantity value = Assert.IsType<Quantity>(toe.Value);
        Assert.Equal((30m, Quantity.QuantityComparator.LessThan), (value.Value, value.Comparator));
        Assert.Equal(["<"], Interpretations(toe));
    }

    [Fact]
    public void A_two_sided_interval_has_no_value_and_a_range()
    {
        Observation tbi = Mapped(SeedSession.Named("derived", "tbi", "R.TOE1", "{ratio}", MeasurementState.Interval) with { Lower = 0.2, Upper = 0.26 });
        AssertAbsent(tbi, "not-applicable");
        Hl7.Fhir.Model.Range bounds = Assert.IsType<Hl7.Fhir.Model.Range>(Part(tbi, "bounds").Value);
        Assert.Equal((0.20m, 0.26m), (bounds.Low!.Value, bounds.High!.Value));
        Assert.Empty(Interpretations(tbi));
    }

    [Fact]
    public void An_index_bounded_below_has_the_bound_with_a_comparator_and_says_non_compressible()
    {
        Observation index = Mapped(SeedSession.Named("derived", "abi-pt", "R.PT", "{ratio}", MeasurementState.Interval) with { Lower = 2.22 });
        AssertAbsent(index, "not-applicable");
        Quantity bound = Assert.IsType<Quantity>(Part(index, "index-bound").Value);
        Assert.Equal((2.22m, Quantity.QuantityComparator.GreaterThan), (bound.Value, bound.Comparator));
        Assert.Equal(["non-compressible"], Interpretations(index));
    }

    [Fact]
    public void An_index_bounded_above_is_not_called_non_compressible()
    {
        Observation index = Mapped(SeedSession.Named("derived", "tbi", "R.TOE1", "{ratio}", MeasurementState.Interval) with { Upper = 0.26 });
        Quantity bound = Assert.IsType<Quantity>(Part(index, "index-bound").Value);
        Assert.Equal((0.26m, Quantity.QuantityComparator.LessThan), (bound.Value, bound.Comparator));
        Assert.Empty(Interpretations(index));
    }

    [Fact]
    public void Absent_is_unknown_with_our_word_for_no_pulse_found() =>
        AssertAbsent(Toe(MeasurementState.Absent), "unknown", "no-pulse-found");

    [Fact]
    public void Unreadable_is_an_error_and_says_why()
    {
        Observation toe = Toe(MeasurementState.Unreadable, f => f with { Reason = "movement" });
        AssertAbsent(toe, "error");
        Assert.Equal("movement", toe.DataAbsentReason!.Text);
    }

    [Fact]
    public void Unreliable_keeps_the_value_and_says_so_with_the_reason()
    {
        Observation toe = Toe(MeasurementState.Unreliable, f => f with { Value = 40, Reason = "cold foot" });
        Assert.Equal(40m, Assert.IsType<Quantity>(toe.Value).Value);
        Assert.Null(toe.DataAbsentReason);
        Assert.Equal(["unreliable"], Interpretations(toe));
        Assert.Equal("cold foot", toe.Interpretation[0].Text);
    }

    [Theory]
    [InlineData(MeasurementState.NotObtainable)]
    [InlineData(MeasurementState.NotDone)]
    public void Given_up_or_not_tried_is_a_final_not_performed(MeasurementState state)
    {
        Observation toe = Toe(state, f => f with { Reason = "wound" });
        AssertAbsent(toe, "not-performed");
        Assert.Equal(ObservationStatus.Final, toe.Status);
    }

    [Fact]
    public void Amputated_is_not_applicable_with_our_word() =>
        AssertAbsent(Toe(MeasurementState.Amputated), "not-applicable", "amputated");

    [Fact]
    public void Running_is_refused() => Assert.Throws<ArgumentException>(() => Toe(MeasurementState.Running, f => f with { Value = 32 }));

    [Fact]
    public void A_finding_that_contradicts_its_state_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Toe(MeasurementState.Measured));
        Assert.Throws<ArgumentException>(() => Toe(MeasurementState.AboveLimit, f => f with { Value = 254 }));
        Assert.Throws<ArgumentException>(() => Toe(MeasurementState.Measured, f => f with { Value = double.NaN }));
    }

    [Fact]
    public void A_value_left_over_in_a_state_without_one_is_not_sent() =>
        Assert.Null(Toe(MeasurementState.Unreadable, f => f with { Value = 32 }).Value);

    private static Observation Toe(MeasurementState state, Func<Finding, Finding>? with = null)
    {
        Finding toe = SeedSession.Named("toe.left", "toe-sys", "L.TOE2", "mm[Hg]", state);
        return Mapped(with?.Invoke(toe) ?? toe);
    }

    /// <summary>What stands between the light and the counts is sent beside them, as the device's protocol says it; read from the JSON that leaves.</summary>
    [Theory]
    [InlineData(WaveformScaling.FixedGain, 16, 75, "fixed-gain")]
    [InlineData(WaveformScaling.UnknownGain, 10, 500, "unknown-gain")]
    [InlineData(WaveformScaling.Compressed, 8, 75, "compressed")]
    [InlineData(WaveformScaling.Unstated, 7, 60, "unstated")]
    public void A_trace_says_its_bit_depth_rate_and_scaling(WaveformScaling scaling, int bits, double rate, string word)
    {
        var waveform = new Vascular.Processing.Vocabulary.Waveform("nonin-7", rate, bits, 0, (1 << bits) - 1, scaling);
        SessionReport report = SeedSession.Report(SeedSession.Reported(SeedSession.Waveform(1, 40)));
        report = report with { Devices = [.. report.Devices.Select(d => d.Link == "ppg" ? d with { Waveform = waveform } : d)] };
        JsonElement[] parts = [.. Leaving(report).EnumerateArray().Where(c => c.GetProperty("code").TryGetProperty("text", out JsonElement text) && text.GetString()!.StartsWith("waveform-", StringComparison.Ordinal))];
        Assert.Equal(["waveform-source", "waveform-bit-depth", "waveform-rate", "waveform-scaling"], parts.Select(c => c.GetProperty("code").GetProperty("text").GetString()));
        Assert.Equal("nonin-7", parts[0].GetProperty("valueString").GetString());
        Assert.Equal((bits, "bit"), (parts[1].GetProperty("valueQuantity").GetProperty("value").GetInt32(), parts[1].GetProperty("valueQuantity").GetProperty("code").GetString()));
        Assert.Equal((rate, "/s"), (parts[2].GetProperty("valueQuantity").GetProperty("value").GetDouble(), parts[2].GetProperty("valueQuantity").GetProperty("code").GetString()));
        Assert.Equal(word, parts[3].GetProperty("valueString").GetString());
    }

    private static JsonElement Leaving(SessionReport sent)
    {
        JsonElement trace = JsonDocument.Parse(SessionBundle.Bytes(sent)).RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .Single(r => r.GetProperty("resourceType").GetString() == "Observation" && r.TryGetProperty("valueSampledData", out _));
        return trace.GetProperty("component");
    }

    private static Observation Mapped(Finding finding) =>
        SessionBundle.Of(SeedSession.Report(SeedSession.Reported(finding))).Entry.Select(e => e.Resource).OfType<Observation>().Single();

    private static void AssertAbsent(Observation observation, params string[] codes)
    {
        Assert.Null(observation.Value);
        Assert.Equal(codes, observation.DataAbsentReason!.Coding.Select(c => c.Code));
    }

    private static string[] Interpretations(Observation observation) => [.. observation.Interpretation.Select(i => i.Coding[0].Code!)];

    private static Observation.ComponentComponent Part(Observation observation, string code) => observation.Component.Single(c => c.Code.Coding.Any(k => k.Code == code));
}
