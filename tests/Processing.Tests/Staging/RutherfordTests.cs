using FsCheck.Xunit;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;

namespace Vascular.Processing.Tests.Staging;

/// <summary>The objective column beside a category that a clinician chose, and the scales beside it.</summary>
[Properties(Replay = "20261122,3", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class RutherfordTests
{
    [Theory]
    [InlineData(4, 39, null, null, Criterion.Met)]
    [InlineData(4, 40, 30, false, Criterion.NotMet)]
    [InlineData(4, 40, 30, null, Criterion.Unknown)]
    [InlineData(4, null, 29, null, Criterion.Met)]
    [InlineData(4, 60, 50, true, Criterion.Met)]
    [InlineData(5, 59, 80, false, Criterion.Met)]
    [InlineData(5, null, 32, null, Criterion.Met)]
    [InlineData(6, 60, 40, false, Criterion.NotMet)]
    [InlineData(0, 60, 40, false, Criterion.Unknown)]
    public void The_column_at_rest(int category, int? ankle, int? toe, bool? flat, Criterion column) =>
        Assert.Equal(column, RutherfordObjective.Of(category, new(Range(ankle), Range(toe), flat)).Column);

    [Theory]
    [InlineData(3, null, 49, false, Criterion.Met)]
    [InlineData(3, null, 50, false, Criterion.NotMet)]
    [InlineData(3, null, 40, true, Criterion.NotMet)]
    [InlineData(3, null, 40, null, Criterion.Unknown)]
    [InlineData(1, 100, 80, true, Criterion.Met)]
    [InlineData(1, 100, 81, true, Criterion.NotMet)]
    [InlineData(1, 100, 50, true, Criterion.NotMet)]
    [InlineData(1, null, 80, true, Criterion.Unknown)]
    public void The_column_after_exercise(int category, int? rest, int? after, bool? completes, Criterion column) =>
        Assert.Equal(column, RutherfordObjective.Of(category, new(Range(rest), null, null, completes, after)).Column);

    /// <summary>Under a floor of 30 a toe is below 40 for certain, and below 25 perhaps.</summary>
    [Fact]
    public void A_range_meets_a_criterion_only_as_a_whole()
    {
        Assert.Equal(Criterion.Met, RutherfordObjective.Of(4, new(null, PressureRange.Below(30), null)).Toe);
        Assert.Equal(Criterion.Unknown, RutherfordObjective.Of(4, new(null, PressureRange.Below(40), null)).Toe);
    }

    [Property]
    public void A_lower_pressure_never_meets_less(byte ankle, byte toe, byte less, bool flat)
    {
        foreach (int category in (int[])[4, 5, 6])
        {
            Criterion column = RutherfordObjective.Of(category, new(Range(ankle), Range(toe), flat)).Column;
            Criterion lower = RutherfordObjective.Of(category, new(Range(Math.Max(0, ankle - less)), Range(toe), flat)).Column;
            Assert.True(column == Criterion.NotMet || lower == Criterion.Met);
        }
    }

    [Fact]
    public void Fontaine_stands_beside_every_category() =>
        Assert.Equal(["I", "IIa", "IIb", "IIb", "III", "IV", "IV"], Enumerable.Range(0, 7).Select(FontaineStage.Of));

    [Fact]
    public void What_is_outside_its_scale_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FontaineStage.Of(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => RutherfordObjective.Of(-1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReaderScore(ScoreScale.CalcificationFerraresi, 3, ""));
        Assert.Null(ReaderScore.TryOf("mac", 1, ""));
        Assert.Null(ReaderScore.TryOf("mac_ferraresi_0_2", 3, ""));
        Assert.Equal("mac_pedal_0_5", ReaderScore.TryOf("mac_pedal_0_5", 3, "into the digits")!.ScaleName);
    }

    [Fact]
    public void The_pedal_modifier_is_the_readers_two_answers()
    {
        Assert.Equal(("P0", "P1"), (PedalModifier.Of(true, PedalArch.Intact), PedalModifier.Of(true, PedalArch.Diseased)));
        Assert.Equal(("P2", "P2"), (PedalModifier.Of(false, PedalArch.Intact), PedalModifier.Of(false, PedalArch.Diseased)));
    }

    private static PressureRange? Range(int? mmHg) => mmHg is { } known ? PressureRange.Exactly(known) : null;
}
