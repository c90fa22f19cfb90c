using System.CommandLine;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition verify EXAM|DIR</c>: chain, seals and signatures of a tape, with the public key alone.</summary>
public static class VerifyCommand
{
    public static Command Build()
    {
        Argument<string> tape = new("EXAM|DIR") { Description = "Examination id under the data folder's tapes, or the folder of a tape." };
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<string?> publicKey = new("--public-key") { Description = "The station's public key, from a place you trust (default: public.pem beside the tape).", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "One JSON document: {\"segments\",\"records\",\"unsealed\",\"faults\":[{\"file\",\"offset\",\"record\",\"what\"}]}." };
        Command command = new("verify", "Checks every byte of a tape against its chain, seals and signatures. Exit 1 on a fault.") { tape, data, publicKey, json };
        command.SetAction(async (parsed, cancel) =>
        {
            string folder = TapeArgument.Folder(parsed.GetValue(tape)!, parsed.GetValue(data));
            TapeVerdict verdict = Verify(folder, parsed.GetValue(publicKey), await KeptSealAsync(folder, cancel));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(verdict.ToJson());
            }
            else
            {
                Print(verdict, folder, output);
            }

            return verdict.Faults.Count == 0
                ? CommandLine.Done
                : throw new CommandFailure($"the tape has {verdict.Faults.Count} faults", folder, "keep it as it is and compare with a copy");
        });
        return command;
    }

    private static TapeVerdict Verify(string folder, string? publicKeyFile, TapeSeal? newestSeal)
    {
        string keyFile = publicKeyFile ?? Path.Combine(folder, TapeFormat.PublicKeyFile);
        try
        {
            using TapePublicKey key = TapePublicKey.FromPem(File.ReadAllBytes(keyFile), keyFile);
            return TapeVerification.Verify(folder, key, Examination(folder), newestSeal);
        }
        catch (TapeKeyException e) when (publicKeyFile is null)
        {
            // beside the tape the key is part of what is verified
            return new TapeVerdict(new TapeFolder(folder).Segments().Count, 0, 0, [new TapeFault(TapeFormat.PublicKeyFile, 0, 0, e.What)]);
        }
        catch (TapeKeyException e)
        {
            throw new CommandFailure(e.What, e.Where, e.WhatToDo, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the tape cannot be read", e.Message.TrimEnd('.'), "check the path and its permissions, or name the key with --public-key", e);
        }
    }

    private static Guid? Examination(string folder) => Guid.TryParseExact(Path.GetFileName(folder), "D", out Guid examination) ? examination : null;

    /// <summary>The newest seal as the record database of the same data folder knows it; null where there is no database or it knows none.</summary>
    private static async Task<TapeSeal?> KeptSealAsync(string folder, CancellationToken cancel)
    {
        string database = Path.Combine(folder, "..", "..", "record.db");
        if (Examination(folder) is not { } examination || !File.Exists(database))
        {
            return null;
        }

        var record = new ExaminationRecord(await RecordDatabase.OpenAsync(database, cancel));
        return await record.ExaminationAsync(examination, cancel) is { SealedSegment: > 0 } known
            ? TapeSeal.Kept(examination, (int)known.SealedSegment, known.Seal)
            : null;
    }

    private static void Print(TapeVerdict verdict, string folder, TextWriter output)
    {
        foreach (TapeFault fault in verdict.Faults)
        {
            output.WriteLine($"fault: {fault}");
        }

        if (verdict.Trimmed > 0)
        {
            output.WriteLine($"trimmed: of {verdict.Trimmed} segments only the seal is left; the recording was removed by this station's retention, its results are in the record");
        }

        if (verdict.Unsealed > 0)
        {
            output.WriteLine("unsealed: the last segment has no seal: the examination runs, or was cut off and waits for its recovery; its records are checked against accidents only");
        }

        output.WriteLine($"{folder}: {verdict.Segments} segments, {verdict.Records} records, {verdict.Unsealed} unsealed, {verdict.Faults.Count} faults");
    }
}
