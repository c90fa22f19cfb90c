using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>What cannot be seen is not said to be absent or low: rails, dead wires, a coarse converter and noise, on a toe of <see cref="OwnToe"/>.</summary>
public class ReturnOfPulseUnseenTests
{
    private static readonly double[] Rests = [12, 0];

    [Fact]
    public void A_plain_run_is_read()
    {
        foreach (double rest in Rests)
        {
            for (int seed = 0; seed < 12; seed++)
            {
                var toe = new OwnToe(seed, 30 + 8 * seed) { RestS = rest };
                ReturnOfPulseResult result = toe.Judge();
                Assert.Equal(MeasurementState.Measured, result.State);
                IsTrue(toe, result);
            }
        }
    }

    /// <summary>The level rises with the blood that returns and reaches the rail: the pulses are behind it.</summary>
    [Theory]
    [InlineData(20_200)]
    [InlineData(20_300)]
    [InlineData(20_500)]
    [InlineData(20_700)]
    [InlineData(20_900)]
    public void A_rail_that_the_returning_blood_reaches_is_no_low_pressure(double rail)
    {
        foreach (double rest in Rests)
        {
            for (int seed = 0; seed < 6; seed++)
            {
                var toe = new OwnToe(seed, 60) { RestS = rest, Wire = (_, counts, _) => Math.Min(counts, rail) };
                ReturnOfPulseResult result = toe.Judge();
                Assert.Contains(result.State, (MeasurementState[])[MeasurementState.Measured, MeasurementState.Unreadable]);
                IsTrue(toe, result);
            }
        }
    }

    [Theory]
    [InlineData(22, 99)]
    [InlineData(25, 33)]
    [InlineData(17, 31)]
    [InlineData(17, 99)]
    public void A_wire_that_dies_is_no_low_pressure(double fromS, double toS)
    {
        foreach (double rest in Rests)
        {
            for (int seed = 0; seed < 6; seed++)
            {
                double begun = 12 - rest;
                var toe = new OwnToe(seed, 60) { RestS = rest, Wire = (t, counts, held) => t + begun >= fromS && t + begun < toS ? held : counts };
                ReturnOfPulseResult result = toe.Judge();
                Assert.Contains(result.State, (MeasurementState[])[MeasurementState.Measured, MeasurementState.Unreadable]);
                Assert.True(toS <= 33 || result.State == MeasurementState.Unreadable, result.ToString());
                IsTrue(toe, result);
            }
        }
    }

    [Theory]
    [InlineData(65_535)]
    [InlineData(1)]
    [InlineData(0)]
    public void A_constant_is_no_toe_without_a_pulse(double counts)
    {
        foreach (double rest in Rests)
        {
            ReturnOfPulseResult result = new OwnToe(1, 60) { RestS = rest, Wire = (_, _, _) => counts }.Judge();
            Assert.Equal(MeasurementState.Unreadable, result.State);
            Assert.True((result.Flags & (ReturnOfPulseFlags.Gap | ReturnOfPulseFlags.Clipped)) != 0, result.ToString());
        }
    }

    /// <summary>Twenty steps to a pulse: it stands still under the closed cuff, and is not dead.</summary>
    [Fact]
    public void A_coarse_converter_that_stands_still_under_the_closed_cuff_is_read()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var toe = new OwnToe(seed, 60) { Wire = (_, counts, _) => Math.Floor(counts / 50 + 0.5) };
            ReturnOfPulseResult result = toe.Judge();
            Assert.Equal(MeasurementState.Measured, result.State);
            IsTrue(toe, result);
        }
    }

    /// <summary>Noise hides the first pulses: the interval says so, and where it cannot there is no answer.</summary>
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.15)]
    [InlineData(0.2)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Noise_widens_the_interval_or_leaves_no_answer(double noise)
    {
        List<string> outside = [];
        int read = 0;
        foreach (double before in Rests)
        {
            for (int seed = 0; seed < 32; seed++)
            {
                var toe = new OwnToe(1000 + seed, (seed % 4) switch { 0 => 30, 1 => 45, 2 => 60, _ => 90 }) { Noise = noise, RestS = before };
                ReturnOfPulseResult result = toe.Judge();
                if (result.State == MeasurementState.Measured)
                {
                    read++;
                    outside.AddRange(Math.Abs(result.SystolicMmHg!.Value - toe.Systolic) > result.UncertaintyMmHg ? [$"{toe.Systolic}: {result}"] : Array.Empty<string>());
                }
                else
                {
                    IsTrue(toe, result);
                }
            }
        }

        Assert.True(outside.Count <= 0.05 * read, $"{outside.Count} of {read}: {string.Join("; ", outside)}");
        Assert.True(noise > 0.1 || read >= 50, $"{read} read");
    }

    /// <summary>The pulses of a run that ends on their way to the whole are small, and are no noise: a quiet run keeps its number, and its width.</summary>
    [Fact]
    public void A_quiet_run_without_a_baseline_that_is_stopped_early_is_read()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            double systolic = 50 + 4 * seed;
            var toe = new OwnToe(seed, systolic) { RestS = 0, EndMmHg = 0.7 * systolic };
            ReturnOfPulseResult result = toe.Judge();
            Assert.Equal(MeasurementState.Measured, result.State);
            IsTrue(toe, result);
            Assert.InRange(result.UncertaintyMmHg!.Value, 0, 10);
        }
    }

    /// <summary>No pulse is known, and the rises of noise could be any: no number and no limit.</summary>
    [Fact]
    public void Noise_without_a_baseline_is_said_to_be_the_reason()
    {
        int noise = 0;
        for (int seed = 0; seed < 24; seed++)
        {
            ReturnOfPulseResult result = new OwnToe(seed, 60) { RestS = 0, Noise = 0.3 }.Judge();
            Assert.Equal(MeasurementState.Unreadable, result.State);
            noise += result.Flags.HasFlag(ReturnOfPulseFlags.Noise) ? 1 : 0;
        }

        Assert.InRange(noise, 20, 24);
    }

    /// <summary>A number carries the truth in its interval, a limit from below lies above it, and a pulse that is there is not absent.</summary>
    private static void IsTrue(OwnToe toe, in ReturnOfPulseResult result) => Assert.True(
        result.State switch
        {
            MeasurementState.Measured => Math.Abs(result.SystolicMmHg!.Value - toe.Systolic) <= result.UncertaintyMmHg,
            MeasurementState.BelowLimit => result.LimitMmHg > toe.Systolic,
            MeasurementState.Unreadable => true,
            _ => false,
        },
        $"{toe.Systolic} mmHg, seed {toe.Seed}, rest {toe.RestS} s: {result}");
}
