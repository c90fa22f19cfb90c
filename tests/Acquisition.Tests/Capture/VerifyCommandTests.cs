using System.CommandLine;
using System.Text.Json;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("verify-").FullName;
    private readonly TapeKeys keys = TapeKeys.InMemory();

    private string Tape => Path.Combine(data, "tapes", SmallTape.Examination.ToString("D"));

    private string Segment => Path.Combine(Tape, SmallTape.Segment1);

    public void Dispose()
    {
        keys.Dispose();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public void A_good_tape_on_disk_is_verified_by_id_and_by_folder()
    {
        WriteTape();
        Assert.Equal((0, """{"segments":1,"records":7,"unsealed":0,"faults":[]}"""), Verify(SmallTape.Examination.ToString("D"), "--data", data, "--json"));
        (int exit, string text) = Verify(Tape);
        Assert.Equal(0, exit);
        Assert.EndsWith("1 segments, 7 records, 0 unsealed, 0 faults", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_is_said_with_its_place_and_fails()
    {
        WriteTape();
        byte[] bytes = File.ReadAllBytes(Segment);
        (int Offset, int Size, TapeRecordType Type) third = SmallTape.Frames(bytes)[3];
        bytes[third.Offset + TapeFormat.BodyAt] ^= 1;
        File.WriteAllBytes(Segment, bytes);
        Assert.Throws<CommandFailure>(() => Verify(Tape, "--json"));
        using StringWriter output = new();
        Assert.Throws<CommandFailure>(() => Run(output, Tape, "--json"));
        JsonElement fault = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("faults")[0];
        Assert.Equal((SmallTape.Segment1, third.Offset, 3), (fault.GetProperty("file").GetString(), fault.GetProperty("offset").GetInt32(), fault.GetProperty("record").GetInt32()));
    }

    [Fact]
    public void A_changed_public_key_beside_the_tape_is_a_fault_and_a_trusted_one_overrules_it()
    {
        WriteTape();
        using TapeKeys forger = TapeKeys.InMemory();
        string trusted = Path.Combine(data, "trusted.pem");
        File.WriteAllBytes(trusted, keys.PublicKey.ToPem());
        File.WriteAllBytes(Path.Combine(Tape, TapeFormat.PublicKeyFile), forger.PublicKey.ToPem());
        Assert.Throws<CommandFailure>(() => Verify(Tape));
        Assert.Equal(0, Verify(Tape, "--public-key", trusted).Exit);
        File.WriteAllText(Path.Combine(Tape, TapeFormat.PublicKeyFile), "nonsense");
        Assert.Throws<CommandFailure>(() => Verify(Tape));
    }

    [Fact]
    public void A_tape_that_is_not_there_says_where_it_was_looked_for()
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => Verify("0195c2a0-0000-7000-8000-00000000ffff", "--data", data));
        Assert.Contains(Path.Combine(data, "tapes"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tape_cut_off_on_disk_is_recovered_goes_on_and_verifies()
    {
        using (TapeWriter writer = TapeWriter.Create(Tape, SmallTape.Examination, "station-1", keys, "0.1.0", SmallTape.AnchorUtcNs))
        {
            writer.Append(SmallTape.Record(0));
            writer.Sync();
        }

        File.AppendAllText(Segment, "torn");
        (TapeWriter? next, TapeRecoveryReport report) = TapeRecovery.Recover(Tape, keys, SmallTape.Examination, "station-1", "0.1.1", SmallTape.AnchorUtcNs);
        Assert.Equal((TapeState.Resumed, 4L), (report.State, report.BytesCut));
        next!.Append(SmallTape.Record(1));
        next.Sync();
        Assert.Equal("""{"segments":2,"records":11,"unsealed":1,"faults":[]}""", Verify(Tape, "--json").Text);
        next.End(0);
        next.Dispose();
        Assert.Equal("""{"segments":2,"records":12,"unsealed":0,"faults":[]}""", Verify(Tape, "--json").Text);
        SmallTape.AssertAreTheFirst(2, SmallTape.CallersRecords(new TapeReader(Tape, keys)));
    }

    private static int Run(StringWriter output, params string[] arguments)
    {
        RootCommand root = new() { VerifyCommand.Build() };
        return root.Parse(["verify", .. arguments]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output });
    }

    private static (int Exit, string Text) Verify(params string[] arguments)
    {
        using StringWriter output = new();
        int exit = Run(output, arguments);
        return (exit, output.ToString().TrimEnd());
    }

    private void WriteTape()
    {
        using TapeWriter writer = TapeWriter.Create(Tape, SmallTape.Examination, "station-1", keys, "0.1.0", SmallTape.AnchorUtcNs);
        writer.Append(SmallTape.Record(0));
        writer.Append(SmallTape.Record(1));
        writer.Sync();
        writer.End(2 * SmallTape.StepNs);
    }
}
