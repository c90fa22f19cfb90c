using System.Buffers;
using System.CommandLine;
using Vascular.Acquisition.Cli.Decoding;
using Vascular.Devices.FiveByte;
using Vascular.Devices.Nonin;

namespace Vascular.Acquisition.Cli;

/// <summary><c>decode PROTOCOL FILE|-</c>: frames from raw bytes, as JSON lines.</summary>
public static class DecodeCommand
{
    private const int ReadBytes = 64 * 1024;

    private const string FiveByte = "oximeter-5byte";
    private const string Berry = "berry";
    private const string OldContec = "contec";

    private static readonly string[] Available =
    [
        "nonin1", "nonin2", "nonin7", "nonin8", "nonin13", "contec-v7", FiveByte, "pulsesensor", "masimo", "par", "accupulse", "intellivue", "pcd01",
    ];

    public static Command Build()
    {
        Argument<string> protocol = new("PROTOCOL") { Description = $"One of {string.Join(", ", Available)}." };
        protocol.Validators.Add(result =>
        {
            string? name = result.Tokens.Count > 0 ? result.Tokens[0].Value : null;
            if (name is not null && !Available.Contains(name))
            {
                result.AddError($"'{name}' is no protocol (use {string.Join(", ", Available)})");
            }
        });
        Argument<string> file = new("FILE") { Description = "Recorded bytes, or - for standard input." };
        Option<string?> dialect = new("--dialect") { Description = $"Of {FiveByte}, which cannot be told from the bytes: {Berry} (also when nothing is said) or {OldContec}." };
        dialect.AcceptOnlyFromAmong(Berry, OldContec);
        Option<bool> json = new("--json") { Description = "JSON lines; they are written with and without it." };
        Command command = new("decode", "Frames from a device's raw bytes, one JSON line each: offset and frame, or offset and fault (noise, checksum, range, truncated).")
        {
            protocol, file, dialect, json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(dialect) is not null && parsed.GetValue(protocol) != FiveByte)
            {
                parsed.AddError($"--dialect belongs to {FiveByte}");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            string name = parsed.GetValue(protocol)!;
            await using Stream input = Open(parsed.GetValue(file)!);
            await using Stream output = Console.OpenStandardOutput();
            await DecodeAsync(name, input, output, cancel, parsed.GetValue(dialect));
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>Decodes <paramref name="input"/> to its end; each read's lines are written before the next read, so that a live stream shows at once.</summary>
    /// <param name="dialect">Of a protocol that has several; null: its first.</param>
    /// <exception cref="CommandFailure">Reading or writing failed.</exception>
    public static async Task DecodeAsync(string protocol, Stream input, Stream output, CancellationToken cancel, string? dialect = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArrayBufferWriter<byte> lines = new(ReadBytes);
        using FrameLines decoder = Decoder(protocol, dialect, lines);
        byte[] buffer = new byte[ReadBytes];
        try
        {
            int read;
            do
            {
                read = await input.ReadAsync(buffer, cancel);
                decoder.Take(buffer.AsSpan(0, read));
                if (read == 0)
                {
                    decoder.End();
                }

                await output.WriteAsync(lines.WrittenMemory, cancel);
                await output.FlushAsync(cancel);
                lines.ResetWrittenCount();
            }
            while (read > 0);
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"decoding stopped ({failure.Message})", "reading or writing the stream", "check the input and that the output is still open", failure);
        }
    }

    private static FrameLines Decoder(string protocol, string? dialect, IBufferWriter<byte> lines) => protocol switch
    {
        "nonin1" => new NoninSecondLines(NoninFormat.Format1, lines),
        "nonin2" => new NoninLines(NoninFormat.Format2, lines),
        "nonin7" => new NoninLines(NoninFormat.Format7, lines),
        "nonin8" => new NoninSecondLines(NoninFormat.Format8, lines),
        "nonin13" => new NoninSpotCheckLines(lines),
        "contec-v7" => new ContecLines(lines),
        FiveByte => new FiveByteLines(dialect == OldContec ? FiveByteDialect.Contec : FiveByteDialect.Berry, lines),
        "pulsesensor" => new PulseSensorLines(lines),
        "masimo" => new MasimoLines(lines),
        "par" => new ParLines(lines),
        "accupulse" => new AccuPulseLines(lines),
        "intellivue" => new IntelliVueLines(lines),
        "pcd01" => new Pcd01Lines(lines),
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "No protocol that can be decoded."),
    };

    private static Stream Open(string file)
    {
        if (file == "-")
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the file cannot be read", file, "give an existing file or - for standard input", failure);
        }
    }
}
