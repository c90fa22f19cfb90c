using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;
using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive;

/// <summary>Stores what is owed to the archive and reads each object back before it counts as stored. A dead archive keeps nothing but this waiting.</summary>
public sealed class GivingBack(DicomWebArchive archive, ReturnRecord record, Action<ArchiveNotice> told, TimeProvider time)
{
    /// <summary>How often it looks for something owed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause after an archive that is away.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private const int Silences = 2;

    public async Task RunAsync(CancellationToken cancel)
    {
        TimeSpan pause = Every;
        while (!cancel.IsCancellationRequested)
        {
            pause = await GiveAsync(cancel) ? Every : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Everything owed, once. One object that does not come through holds up no other; an archive that does not answer twice in a row is away.</summary>
    /// <returns>False when something stays owed.</returns>
    public async Task<bool> GiveAsync(CancellationToken cancel)
    {
        try
        {
            int unanswered = 0;
            bool all = true;
            foreach (ReturnedResult owed in await record.OwedAsync(cancel))
            {
                Came came = await GiveAsync(owed, cancel);
                all &= came == Came.Through;
                unanswered = came == Came.Nothing ? unanswered + 1 : 0;
                if (unanswered == Silences)
                {
                    break;
                }
            }

            return all;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception broken) when (broken is Microsoft.EntityFrameworkCore.DbUpdateException or System.Data.Common.DbException)
        {
            told(new ArchiveNotice("return-record", true, $"what goes back to the archive cannot be written down ({broken.GetBaseException().Message}); it is tried again"));
            return false;
        }
    }

    private async Task<Came> GiveAsync(ReturnedResult owed, CancellationToken cancel)
    {
        try
        {
            byte[] file = await record.FileAsync(owed.Instance, cancel) ?? throw new InvalidOperationException($"{owed.Instance} is owed and has no file.");
            await archive.StoreAsync(file, cancel);
            byte[]? back = await archive.ReadObjectAsync(owed.Study, owed.Series, owed.Instance, cancel);
            if (back is null)
            {
                await NoteAsync(owed, ReturnState.Owed, "the archive took it and does not have it", cancel);
                return Came.Later;
            }

            bool same = PartTenFile.DataOf(back).SequenceEqual(PartTenFile.DataOf(file));
            await NoteAsync(owed, same ? ReturnState.Stored : ReturnState.StoredChanged, same ? null : "the archive has changed elements of it", cancel);
            return Came.Through;
        }
        catch (ArchiveAwayException away)
        {
            await NoteAsync(owed, ReturnState.Owed, away.Message, cancel);
            return away.Answered ? Came.Later : Came.Nothing;
        }
        catch (AngiogramException refused)
        {
            await NoteAsync(owed, ReturnState.Refused, refused.Message, cancel);
            told(new ArchiveNotice("return-refused", true, $"examination {owed.Examination}, version {owed.ResultVersion}, {owed.Kind}: {refused.Message}"));
            return Came.Through;
        }
    }

    private Task NoteAsync(ReturnedResult owed, ReturnState state, string? detail, CancellationToken cancel) =>
        record.NoteAsync(owed.Instance, state, detail, UtcNs.Of(time.GetUtcNow()), cancel);

    private enum Came
    {
        /// <summary>Stored, or refused for good.</summary>
        Through,

        /// <summary>The archive answered, and not with what settles it.</summary>
        Later,

        /// <summary>No answer, or half of one.</summary>
        Nothing,
    }
}
