using System.Globalization;
using Vascular.Benchmarks;

// Each benchmark prints a ratio against a reference measured in the same run: numbers of another machine mean nothing.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Dictionary<string, Action<TextWriter>> benchmarks = new(StringComparer.Ordinal)
{
    ["tape"] = TapeBenchmark.Run,
    ["fold"] = FoldBenchmark.Run,
    ["replay"] = ReplayBenchmark.Run,
    ["delivery"] = DeliveryBenchmark.Run,
    ["outlet"] = OutletBenchmark.Run,
    ["drain"] = OutletBenchmark.Drain,
    ["echo"] = EchoBenchmark.Run,
    ["score"] = ScoreBenchmark.Run,
    ["links"] = LinkBenchmark.Run,
    ["codecs"] = CodecBenchmark.Run,
    ["signals"] = SignalBenchmark.Run,
    ["angiography"] = AngiographyBenchmark.Run,
};
if (args is [AngiographyBenchmark.MapProcess, var folder, var rounds])
{
    return AngiographyBenchmark.Map(new DirectoryInfo(folder), int.Parse(rounds, CultureInfo.InvariantCulture));
}

if (args is [FrameReading.StreamProcess, var study])
{
    return FrameReading.StreamAsync(new DirectoryInfo(study)).GetAwaiter().GetResult();
}

if (args.Length != 1 || !benchmarks.TryGetValue(args[0], out Action<TextWriter>? benchmark))
{
    Console.Error.WriteLine($"error: no such benchmark, in the command line, give one of: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

benchmark(Console.Out);
return 0;
