using System.Security.Cryptography;
using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

public class BeatDetectorTests
{
    [Fact]
    public void Beats_of_ten_recordings_agree_with_the_reference_beats()
    {
        int hits = 0, extra = 0, missed = 0;
        List<double> delays = [];
        foreach ((string name, double rate) in Recording.WithReferenceBeats)
        {
            double[] samples = Recording.Column($"ppg/{name}.csv", 0);
            List<Beat> beats = Detect(samples, rate);
            delays.AddRange(beats.Select(b => (b.DetectedIndex - b.PeakAt) / rate));
            BeatScore score = BeatScore.Of([.. beats.Select(b => b.PeakAt / rate)], Recording.ReferenceBeats(name), samples.Length / rate);
            double floor = name == "challenge2015_v102s" ? 0.93 : 0.975;
            Assert.True(score.F1 >= floor, $"{name}: {score}");
            (hits, extra, missed) = (hits + score.Hits, extra + score.Extra, missed + score.Missed);
        }

        double pooled = new BeatScore(hits, extra, missed).F1;
        Assert.True(pooled >= 0.990, $"pooled F1 {pooled}");
        delays.Sort();
        Assert.InRange(delays[delays.Count / 2], 0, 0.5);
        Assert.InRange(delays[^1], 0, 0.8);
        Assert.True(delays[0] > 0, "a beat cannot be known before it occurred");
    }

    [Fact]
    public void Noise_lowers_quality()
    {
        double GoodShare(string name, double rate)
        {
            List<Beat> beats = Detect(Recording.Column($"ppg/{name}.csv", 0), rate);
            return beats.Count(b => b.Quality >= Beat.GoodQuality) / (double)beats.Count;
        }

        Assert.True(GoodShare("challenge2015_v102s", 250) < 0.9);
        Assert.True(GoodShare("neurokit_rest5", 100) > 0.97);
        Assert.True(GoodShare("bidmc_52", 125) > 0.97);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(75)]
    [InlineData(117)]
    [InlineData(125)]
    [InlineData(1000)]
    public void A_known_pulse_is_placed_within_ten_milliseconds_at_any_rate(double rate)
    {
        // foot at 0.1 s of each second, straight rise for 200 ms, rounded top, straight fall
        static double Pulse(double time)
        {
            double phase = time - Math.Floor(time);
            return phase < 0.1 ? 0 : phase < 0.3 ? 100 * (1 - Math.Cos(Math.PI * (phase - 0.1) / 0.2)) / 2 : 100 * Math.Max(0, 1 - (phase - 0.3) / 0.6);
        }

        double[] samples = [.. Enumerable.Range(0, (int)(30 * rate)).Select(k => Pulse(k / rate))];
        List<Beat> beats = Detect(samples, rate);
        Assert.InRange(beats.Count, 27, 29);
        foreach (Beat beat in beats)
        {
            double phase = beat.PeakAt / rate - Math.Floor(beat.PeakAt / rate);
            Assert.InRange(phase, 0.27, 0.32);
            Assert.InRange(beat.Amplitude, 85, 101);
            Assert.InRange(beat.CrestTimeMs!.Value, 120, 215);
            Assert.False(beat.IsClipped);
        }
    }

    [Fact]
    public void Two_detectors_agree_bit_for_bit_and_a_restarted_one_holds_its_tongue_for_three_seconds()
    {
        double[] samples = Recording.Column("ppg/bidmc_02.csv", 0)[..20000];
        Assert.Equal(Detect(samples, 125), Detect(samples, 125));

        var detector = new BeatDetector(125);
        List<Beat> after = [];
        for (int k = 0; k < samples.Length; k++)
        {
            if (k == 10000)
            {
                detector.Restart(lostSamples: 250);
            }

            if (detector.TryNext(samples[k], out Beat beat) && k >= 10000)
            {
                after.Add(beat);
            }
        }

        Assert.Equal(samples.Length + 250, detector.Count);
        Assert.All(after, b => Assert.True(b.PeakAt >= 10250 + 3 * 125));
        Assert.Null(after[0].Quality);
        Assert.True(after.Count > 90);
    }

    [Fact]
    public void A_sample_costs_no_memory()
    {
        double[] samples = Recording.Column("ppg/bidmc_52.csv", 0);
        var detector = new BeatDetector(125);
        int beats = Feed(detector, samples.AsSpan(0, 10000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        beats += Feed(detector, samples.AsSpan(10000));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(beats > 800);
    }

    [Fact]
    public void Clipped_tops_have_no_crest_time()
    {
        double[] samples = [.. Recording.Column("ppg/neurokit_rest5.csv", 0).Select(v => Math.Min(v, 0.05))];
        List<Beat> beats = Detect(samples, 100, highest: 0.05);
        Assert.True(beats.Count(b => b.IsClipped) > beats.Count / 2);
        Assert.All(beats.Where(b => b.IsClipped), b => Assert.Null(b.CrestTimeMs));
    }

    [Theory]
    [InlineData(31.9)]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    public void A_rate_outside_its_range_is_refused(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new BeatDetector(rate));

    [Fact]
    public void A_sample_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BeatDetector(100).TryNext(double.NaN, out _));

    [Theory]
    [InlineData("bidmc_04", "f3ce905e6e258f973c01ee67afffe82a")]
    [InlineData("bidmc_24", "cbb9b28b730e163d08fa66d769bd00db")]
    public void Every_bit_of_the_beats_is_the_same_on_every_machine(string name, string golden)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Beat beat in Detect(Recording.Column($"ppg/{name}.csv", 0), 125))
        {
            foreach (double value in (double[])[beat.PeakAt, beat.DetectedIndex, beat.Amplitude, beat.OnsetAt ?? -1, beat.CrestTimeMs ?? -1, beat.Quality ?? -1])
            {
                hash.AppendData(BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(value)));
            }
        }

        Assert.Equal(golden, Convert.ToHexStringLower(hash.GetHashAndReset())[..32]);
    }

    private static List<Beat> Detect(double[] samples, double rate, double? highest = null)
    {
        var detector = new BeatDetector(rate, null, highest);
        List<Beat> beats = [];
        foreach (double sample in samples)
        {
            if (detector.TryNext(sample, out Beat beat))
            {
                beats.Add(beat);
            }
        }

        return beats;
    }

    private static int Feed(BeatDetector detector, ReadOnlySpan<double> samples)
    {
        int beats = 0;
        foreach (double sample in samples)
        {
            beats += detector.TryNext(sample, out _) ? 1 : 0;
        }

        return beats;
    }
}
