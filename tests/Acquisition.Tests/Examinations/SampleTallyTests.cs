using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

public class SampleTallyTests
{
    private readonly SampleTally tally = new();

    [Theory]
    [InlineData(75.0, 0.0)]
    [InlineData(74.0, -0.01333)]
    [InlineData(75.75, 0.01)]
    public void A_rate_that_is_off_shows_as_samples_and_as_a_part(double actual, double drift)
    {
        Stream(0, 100, actual);
        Assert.InRange(tally.Expected, 7500, 7501);
        Assert.Equal((long)Math.Round(actual * 100), tally.Received);
        Assert.Equal(drift, tally.Drift!.Value, 3);
        Assert.Equal(drift != 0, tally.IsOffRate);
        Assert.Equal(0, tally.Jumps);
    }

    [Fact]
    public void A_pause_counts_as_a_jump_and_as_samples_that_did_not_come()
    {
        Stream(0, 10, 75);
        Stream(12, 22, 75);
        Assert.Equal((1, 1500), (tally.Jumps, tally.Received));
        Assert.InRange(tally.Expected, 1649, 1651);
        Assert.Null(tally.Drift);
    }

    [Fact]
    public void The_time_without_a_line_expects_nothing()
    {
        Stream(0, 10, 75);
        tally.Close();
        Stream(100, 110, 75);
        Assert.Equal((0, 1500), (tally.Jumps, tally.Received));
        Assert.InRange(tally.Expected, 1499, 1502);
    }

    [Fact]
    public void A_device_that_falls_back_to_a_compressed_trace_is_shown_and_no_longer_graded()
    {
        HandTape tape = HandTape.Begun().At(1);
        Channel ppg = tape.Fold.ChannelNamed(HandTape.Ppg)!;
        tape.Pleth(1, 3, _ => 30_000);
        Assert.True(ppg.Waveform!.IsGradable);
        Assert.InRange(ppg.Samples.Received, 145, 150);
        Assert.InRange(ppg.Samples.Expected, 145, 150);
        ppg.Note(new Reading(ReadingKind.PlethSample, HandTape.Ns(3), HandTape.Ns(3), 100) { Waveform = Vascular.Devices.Nonin.NoninWaveforms.Format2 });
        Assert.False(ppg.Waveform.IsGradable);
        Assert.Equal(0, ppg.SampleRateHz);
        tape.Link(TapeRecordType.Closed, HandTape.Ppg);
        tape.Open(HandTape.Ppg, HandTape.PpgIdentity);
        Assert.True(ppg.Waveform!.IsGradable);
    }

    private void Stream(double from, double to, double actual)
    {
        for (int i = 0; from + (i / actual) < to - 1e-9; i++)
        {
            long at = HandTape.Ns(from + (i / actual));
            tally.Add(at, at, 75);
        }
    }
}
