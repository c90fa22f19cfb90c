using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Cli;

/// <summary>An examination read back from its tape, through the live fold.</summary>
public static class TapedExamination
{
    /// <exception cref="CommandFailure">The tape or its keys cannot be read.</exception>
    public static (Guid Examination, Replay Replay) Read(string folder, string keysFolder, CancellationToken cancel)
    {
        try
        {
            if (!File.Exists(Path.Combine(keysFolder, TapeKeys.WrappingFile)))
            {
                throw new CommandFailure("no keys of a station are here", keysFolder, "name the keys folder of the station that wrote the tape with --keys");
            }

            using TapeKeys keys = TapeKeys.OpenOrCreate(keysFolder);
            var reader = new TapeReader(folder, keys);
            Replay? replay = null;
            foreach (TapedRecord record in reader.Read())
            {
                cancel.ThrowIfCancellationRequested();
                replay ??= new Replay(reader.Header!.Examination);
                replay.Next(record.Record);
            }

            if (reader.Fault is { } fault)
            {
                throw new CommandFailure($"the tape is damaged: {fault}", folder, "run 'acquisition verify' on it and compare with a copy");
            }

            return replay is null
                ? throw new CommandFailure("no tape is here", folder, "name an examination or the folder of its tape")
                : (reader.Header!.Examination, replay);
        }
        catch (TapeKeyException e)
        {
            throw new CommandFailure(e.What, e.Where, e.WhatToDo, e);
        }
    }
}
