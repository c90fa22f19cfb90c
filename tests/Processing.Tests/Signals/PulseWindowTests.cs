using System.Text.Json;
using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

public class PulseWindowTests
{
    [Theory]
    [InlineData("bidmc_01", 125)]
    [InlineData("bidmc_02", 125)]
    [InlineData("bidmc_04", 125)]
    [InlineData("bidmc_19", 125)]
    [InlineData("bidmc_24", 125)]
    [InlineData("bidmc_30", 125)]
    [InlineData("bidmc_46", 125)]
    [InlineData("bidmc_52", 125)]
    [InlineData("neurokit_rest5", 100)]
    [InlineData("heartpy_data", 100)]
    [InlineData("biosppy_1000hz", 1000)]
    public void A_clean_recording_is_pulsatile_and_never_nonpulsatile(string name, double rate)
    {
        var window = new PulseWindow(rate);
        double[] samples = Recording.Column($"ppg/{name}.csv", 0);
        List<PulseWord> words = [];
        for (int k = 0; k < samples.Length; k++)
        {
            window.Add(samples[k]);
            if (k >= 10 * rate && k % (int)(5 * rate) == 0)
            {
                words.Add(window.Word);
            }
        }

        Assert.DoesNotContain(PulseWord.Nonpulsatile, words);
        Assert.True(words.Count(w => w == PulseWord.Pulsatile) >= 0.97 * words.Count, $"{words.Count(w => w != PulseWord.Pulsatile)} of {words.Count}");
    }

    [Fact]
    public void A_front_end_that_wraps_around_at_every_pulse_is_unreadable_throughout()
    {
        var window = new PulseWindow(250);
        double[] samples = Recording.Column("ppg/challenge2015_v102s.csv", 0);
        for (int k = 0; k < samples.Length; k++)
        {
            window.Add(samples[k]);
            Assert.True((k + 1) % 250 != 0 || window.Word == PulseWord.Unreadable, $"{window.Word} at {k / 250} s");
        }
    }

    [Theory]
    [InlineData("d01")]
    [InlineData("d02")]
    [InlineData("d03")]
    [InlineData("d04")]
    [InlineData("d05")]
    public void An_occluded_toe_is_nonpulsatile_not_unreadable(string run)
    {
        double[] samples = Recording.Column($"cuff_ppg/run_{run}.csv", 1);
        var window = new PulseWindow(125, 0, 4095);
        int end = (int)(125 * FirstInflowS(run));
        int judged = 0;
        for (int k = 0; k < end; k++)
        {
            window.Add(samples[k]);
            if (k >= 8 * 125 && k % 125 == 0 && run != "d03")
            {
                Assert.Equal(PulseWord.Nonpulsatile, window.Word);
                judged++;
            }
        }

        Assert.True(judged > 0 || run == "d03");
        Assert.Equal(PulseWord.Nonpulsatile, window.Word);
        Assert.InRange(window.SmallestVisiblePulse!.Value, 5, 400);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(75)]
    [InlineData(1000)]
    public void A_flat_toe_is_nonpulsatile_and_a_pulse_of_the_size_stated_would_have_been_seen(double rate)
    {
        int seen = 0, small = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var trace = new FlatTrace(seed, rate, spread: 30, wander: seed % 2 * 150);
            PulseWindow flat = Judge(trace, rate, height: 0);
            Assert.Equal(PulseWord.Nonpulsatile, flat.Word);
            double smallest = flat.SmallestVisiblePulse!.Value;
            seen += Judge(trace, rate, smallest).Word == PulseWord.Pulsatile ? 1 : 0;
            small += Judge(trace, rate, smallest / 4).Word == PulseWord.Pulsatile ? 1 : 0;
        }

        Assert.InRange(seen, 57, 60);
        Assert.InRange(small, 0, 3);
    }

    [Fact]
    public void A_trace_that_never_changes_is_a_wire_that_died_and_on_the_rail_it_is_unreadable()
    {
        var still = new PulseWindow(75, 0, 65535);
        var railed = new PulseWindow(75, 0, 65535);
        var dying = new PulseWindow(75);
        var flat = new FlatTrace(4, 75, spread: 30, wander: 0);
        for (int k = 0; k < 900; k++)
        {
            still.Add(20000);
            railed.Add(65535);
            dying.Add(flat.At(Math.Min(k, 400)));
        }

        Assert.Equal((PulseWord.Unreadable, null), (still.Word, still.SmallestVisiblePulse));
        Assert.Equal(PulseWord.Unreadable, railed.Word);
        Assert.Equal(PulseWord.Unreadable, dying.Word);
    }

    /// <summary>Three waves a breath makes, at the rates of a slow heart, on a toe without a pulse: never pulsatile.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(34)]
    [InlineData(38)]
    public void A_quick_breath_over_a_flat_toe_is_no_slow_heart(double perMinute)
    {
        foreach (double rate in (double[])[32, 75, 125, 250, 1000])
        {
            foreach (Func<double, double> wave in (Func<double, double>[])[
                p => Math.Sin(2 * Math.PI * p), p => p < 0.4 ? p / 0.4 : (1 - p) / 0.6, p => p < 0.35 ? Math.Sin(Math.PI * p / 0.7) : Math.Cos(Math.PI * (p - 0.35) / 1.3)])
            {
                PulseWindow window = Played(rate, 150, t => wave((t * perMinute / 60) - Math.Floor(t * perMinute / 60)));
                Assert.NotEqual(PulseWord.Pulsatile, window.Word);
            }
        }
    }

    /// <summary>A beta-blocked heart: an upstroke of 160 to 350 ms at 30 to 40 a minute, at the sampling rates there are.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(34)]
    [InlineData(40)]
    public void A_slow_heart_is_pulsatile(double perMinute)
    {
        foreach (double rate in (double[])[32, 75, 125, 250, 1000])
        {
            foreach (double crest in (double[])[0.16, 0.25, 0.35])
            {
                PulseWindow window = Played(rate, 1000, t => Pulse(t, 60 / perMinute, crest));
                Assert.True(window.Word == PulseWord.Pulsatile, $"{rate} Hz, upstroke {crest} s: {window.Word} {window.Correlation}");
            }
        }
    }

    /// <summary>Every third beat of 200 a minute falls into the refractory time: a rate would be false by a third.</summary>
    [Theory]
    [InlineData(165, PulseWord.Pulsatile)]
    [InlineData(185, PulseWord.Pulsatile)]
    [InlineData(200, PulseWord.Unreadable)]
    [InlineData(220, PulseWord.Unreadable)]
    public void A_heart_faster_than_the_detector_has_no_word(double perMinute, PulseWord word)
    {
        foreach (double rate in (double[])[32, 75, 125, 250, 1000])
        {
            Assert.Equal(word, Played(rate, 1000, t => Pulse(t, 60 / perMinute, 0.12)).Word);
        }
    }

    [Theory]
    [InlineData(1, PulseWord.Nonpulsatile)]
    [InlineData(5, PulseWord.Unreadable)]
    public void A_burst_takes_its_stretch_and_many_take_the_window(int bursts, PulseWord word)
    {
        var trace = new FlatTrace(3, 75, spread: 30, wander: 0);
        var window = new PulseWindow(75, 0, 65535);
        for (int k = 0; k < 12 * 75; k++)
        {
            double t = k / 75.0, inBurst = t > 3 && (t - 3) % (9.0 / bursts) < 0.6 ? 4000 : 0;
            window.Add(trace.At(k) + inBurst * Math.Sin(13 * t));
        }

        Assert.Equal(word, window.Word);
    }

    [Fact]
    public void Noise_without_contact_is_unreadable()
    {
        var random = new Random(11);
        var known = new PulseWindow(75, 0, 65535);
        var open = new PulseWindow(75);
        for (int k = 0; k < 900; k++)
        {
            known.Add(random.Next(0, 65536));
            open.Add(random.NextDouble() - 0.5);
        }

        Assert.Equal(PulseWord.Unreadable, known.Word);
        Assert.Equal(PulseWord.Unreadable, open.Word);
    }

    [Fact]
    public void Lead_off_and_a_gap_forget_what_was_before()
    {
        double[] samples = Recording.Column("ppg/bidmc_52.csv", 0);
        var window = new PulseWindow(125);
        int at = 0;
        void Feed(double seconds)
        {
            for (int end = at + (int)(125 * seconds); at < end; at++)
            {
                window.Add(samples[at]);
            }
        }

        Assert.Equal(PulseWord.Unreadable, window.Word);
        Feed(5);
        Assert.Equal(PulseWord.Unreadable, window.Word);
        Feed(7);
        Assert.Equal(PulseWord.Pulsatile, window.Word);
        window.LeadOff();
        Assert.Equal(PulseWord.Unreadable, window.Word);
        Feed(6.5);
        Assert.Equal(PulseWord.Unreadable, window.Word);
        Feed(1.5);
        Assert.Equal(PulseWord.Pulsatile, window.Word);
        window.Restart();
        Assert.Equal(PulseWord.Unreadable, window.Word);
    }

    [Fact]
    public void A_rate_known_from_elsewhere_decides_where_to_look()
    {
        var window = new PulseWindow(125);
        foreach (double sample in Recording.Column("ppg/bidmc_52.csv", 0)[..(125 * 20)])
        {
            window.Add(sample);
        }

        double free = window.Correlation;
        Assert.Throws<ArgumentOutOfRangeException>(() => window.KnownPulsePerMinute = 10);
        window.KnownPulsePerMinute = 170;
        Assert.True(window.Correlation < free - 0.2, $"{window.Correlation} {free}");
    }

    [Fact]
    public void A_sample_costs_no_memory_and_one_that_is_no_number_is_refused()
    {
        double[] samples = Recording.Column("ppg/bidmc_52.csv", 0);
        var window = new PulseWindow(125);

        // the whole once, so that the runtime has compiled the loop as well
        Add(window, samples);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Add(window, samples);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PulseWindow(31));
    }

    private static void Add(PulseWindow window, ReadOnlySpan<double> samples)
    {
        foreach (double sample in samples)
        {
            window.Add(sample);
        }
    }

    /// <summary>A foot-to-foot raised cosine up, an exponential down, 0 to 1.</summary>
    private static double Pulse(double t, double intervalS, double crestS)
    {
        double at = t - (intervalS * Math.Floor(t / intervalS));
        return at < crestS ? (1 - Math.Cos(Math.PI * at / crestS)) / 2 : (Math.Exp(-3.5 * (at - crestS) / (intervalS - crestS)) - Math.Exp(-3.5)) / (1 - Math.Exp(-3.5));
    }

    /// <summary>Twelve seconds of a wave of so many counts on a light of 20,000, with noise of 5.</summary>
    private static PulseWindow Played(double rate, double height, Func<double, double> wave)
    {
        var random = new Random(23);
        var window = new PulseWindow(rate, 0, 65535);
        for (int k = 0; k < (int)(12 * rate); k++)
        {
            window.Add(Math.Floor(20000 + (height * wave(k / rate)) + (17 * (random.NextDouble() - 0.5))));
        }

        return window;
    }

    private static PulseWindow Judge(FlatTrace trace, double rate, double height)
    {
        var window = new PulseWindow(rate, 0, 65535);
        for (int k = 0; k < (int)(12 * rate); k++)
        {
            double phase = k / rate * 1.2 - Math.Floor(k / rate * 1.2);
            double wave = phase < 0.2 ? Math.Sin(Math.PI * phase / 0.4) : Math.Exp(-(phase - 0.2) * 4);
            window.Add(Math.Floor(trace.At(k) + height * wave));
        }

        return window;
    }

    private static double FirstInflowS(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "recordings", "cuff_ppg", $"run_{run}.json")))
        .RootElement.GetProperty("truth").GetProperty("first_inflow_s").GetDouble();

    /// <summary>Front-end noise on a steady light, with a slow wander at 15 per minute where asked for.</summary>
    private sealed class FlatTrace
    {
        private readonly double[] values;

        public FlatTrace(int seed, double rate, double spread, double wander)
        {
            var random = new Random(seed);
            values = new double[(int)(12 * rate)];
            for (int k = 0; k < values.Length; k++)
            {
                double noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                values[k] = Math.Floor(20000 + spread * noise + wander * Math.Sin(k / rate * 1.6));
            }
        }

        public double At(int index) => values[index];
    }
}
