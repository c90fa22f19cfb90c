using System.Security.Cryptography;
using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Every bit of what the signal core says of every recording. A change here is a new version of the method, or a mistake.</summary>
public sealed class GoldenBitsTests : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose() => hash.Dispose();

    [Theory]
    [InlineData("bidmc_01", 0, 125, "6d5fd7dcf5266a226e659d5516e0eb08", "e1cbbcc929587c8bb6a769fea424bf85", "e5c7b71a4474c03f696edacb54ad5036")]
    [InlineData("bidmc_02", 0, 125, "d0425f9d36a27b4af7e1f82f7b04a187", "fdcb5e7069cece6a60b26bbee5bfbac3", "bd13d7acf90874168be6ac5501ef5c71")]
    [InlineData("bidmc_04", 0, 125, "77b40318e22bf0fa3423df902d31d78b", "6277220bfbb01e32995799eca8d9b3ea", "78b6003b9a1c4c22106dd641a23a0319")]
    [InlineData("bidmc_19", 0, 125, "d26a084c80b3b1b60be189dafcb7f743", "77ec3c01ef101730b3e8211f527057f8", "d78023863bc6c92a823dc60f11240188")]
    [InlineData("bidmc_24", 0, 125, "4e1e4a7a31d67a8c5b768c1dc88f3075", "39958cbebd49a711cee9c622e94638fe", "7cc8690d8aa81cd4f5aa61431185d7ac")]
    [InlineData("bidmc_30", 0, 125, "ef43242e1a7f8167256d7091ece2ab34", "29e16732f6accfdd86cbc373143d9571", "2668e7dc0efb8bf7251e6ef0eb1e8eb6")]
    [InlineData("bidmc_46", 0, 125, "1e18b846a319309a190f83bf6b8fc77c", "c5c166aa93ab6cedcad0a0813f98cd4e", "8fbbf299c4fa2c347600db34aff71b1d")]
    [InlineData("bidmc_52", 0, 125, "76ee768323db780dec3b7e3454391977", "02b74ac78f9566fd5f3ab2cce1826b6f", "a627467204e8e1a1041bfd428620e698")]
    [InlineData("biosppy_1000hz", 0, 1000, "f5c64af1036dcc791afb63e414ef7937", "6bef2f0b31e8b0675f1507c7cb695828", "a467635611dac028bb4bc41f18d198ec")]
    [InlineData("challenge2015_v102s", 0, 250, "610e00d79362f654e3a04ea8a0d9a2b5", "1c89c4f2cfc1d570e8bf3f13d3093340", "ffd4895e7bed93c9dadd5ead3e4389dd")]
    [InlineData("heartpy_data", 0, 100, "26eb031803c5b3b0c8abc029e02376c5", "b1e09ebbe7b2a9028a104ce92f2aeb81", "d28722e426db638925eb54d014dd1b26")]
    [InlineData("heartpy_data2", 0, 117, "b6e080872ec9ffc347eee9c28097d589", "c5f8069af833010ca7d8d20576938f95", "a8e9829b155e68b22eef722ff6010cc0")]
    [InlineData("neurokit_rest5", 0, 100, "55a2546c5fabcd2e3a8430666f665d31", "8815a7ea1f93706e78b20354e8198023", "edb02468f54ecdd06cfb826f3c267649")]
    [InlineData("smartcare_raw_adc", 3, 100, "ef49d1d38faa9b9a2f28c033fed594ce", "4ca16b3c7b4a942dc56e6990ed2db132", "99a8c5577f07d9d481b8fe5e366c938f")]
    public void Beats_words_and_features_are_the_same_on_every_machine(string name, int column, double rate, string beats, string words, string features)
    {
        double[] samples = Recording.Column($"ppg/{name}.csv", column);
        Assert.Equal((beats, words, features), (Beats(samples, rate), Words(samples, rate), Features(samples, rate)));
    }

    private string Beats(double[] samples, double rate)
    {
        var detector = new BeatDetector(rate);
        foreach (double sample in samples)
        {
            if (detector.TryNext(sample, out Beat b))
            {
                Add(b.PeakAt, b.DetectedIndex, b.Amplitude, b.OnsetAt ?? -1, b.CrestTimeMs ?? -1, b.Quality ?? -1, b.IsClipped ? 1 : 0);
            }
        }

        return Sum();
    }

    private string Words(double[] samples, double rate)
    {
        var window = new PulseWindow(rate);
        for (int k = 0; k < samples.Length; k++)
        {
            window.Add(samples[k]);
            if ((k + 1) % (int)rate == 0)
            {
                Add((int)window.Word, window.SmallestVisiblePulse ?? -1, window.Correlation);
            }
        }

        return Sum();
    }

    private string Features(double[] samples, double rate)
    {
        var detector = new BeatDetector(rate);
        var follower = new FeatureFollower(rate);
        foreach (double sample in samples)
        {
            follower.Add(sample);
            if (detector.TryNext(sample, out Beat beat) && follower.TryClose(beat, out PulseFeatures f))
            {
                Add(f.PeakAt, f.Amplitude, f.IntervalMs, f.CrestTimeMs ?? -1, f.Width25Ms ?? -1, f.Width50Ms ?? -1, f.Width75Ms ?? -1, f.Level);
            }
        }

        return Sum();
    }

    private void Add(params ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            hash.AppendData(BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(value)));
        }
    }

    private string Sum() => Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
}
