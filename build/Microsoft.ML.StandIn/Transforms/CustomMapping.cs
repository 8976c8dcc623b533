// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.ITransformer), typeof(Microsoft.ML.Transforms.CustomMappingLoader), null, typeof(Microsoft.ML.SignatureLoadModel), "", "CustomTransformer")]

namespace Microsoft.ML.Transforms;

[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute(string contractName) : Attribute
{
    public string ContractName { get; } = contractName;
}

internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(IHostEnvironment env, string contractName);
}

public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory where TSrc : class, new() where TDst : class, new()
{
    public abstract Action<TSrc, TDst> GetMapping();
    ITransformer ICustomMappingFactory.CreateTransformer(IHostEnvironment env, string contractName) => new CustomMappingTransformer<TSrc, TDst>(env, GetMapping(), contractName);
}

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>> where TSrc : class, new() where TDst : class, new()
{
    internal CustomMappingEstimator(IHostEnvironment env, Action<TSrc, TDst> map, string contractName)
        : base(env.Register(nameof(CustomMappingEstimator<TSrc, TDst>)), new CustomMappingTransformer<TSrc, TDst>(env, map, contractName)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var needed = SchemaShape.Create(TypedRows.Schema(typeof(TSrc), SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Write)));
        foreach (var wanted in needed)
        {
            var column = inputSchema.Find(Host, wanted.Name);
            if (wanted.ItemType != column.ItemType || wanted.IsKey != column.IsKey || (wanted.Kind == SchemaShape.Column.VectorKind.Scalar) != (column.Kind == SchemaShape.Column.VectorKind.Scalar))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", wanted.Name, wanted.GetTypeString(), column.GetTypeString());
        }
        return inputSchema.With(SchemaShape.Create(Transformer.AddedSchema));
    }
}

/// <summary>Adds what the user's function writes into an object, computed once per row.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : RowToRowTransformerBase where TSrc : class, new() where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;
    private readonly SchemaDefinition _added = SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Write);

    internal CustomMappingTransformer(IHostEnvironment env, Action<TSrc, TDst> map, string contractName) : base(env.Register(nameof(CustomMappingTransformer<TSrc, TDst>)))
    {
        Host.CheckValue(map, "mapAction");
        (_map, _contractName) = (map, contractName);
    }

    internal DataViewSchema AddedSchema => TypedRows.Schema(typeof(TDst), _added);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        if (_contractName is null) throw Host.Except("Empty contract name for a transform: the transform cannot be saved");
        SaveHeader(ctx, CustomMappingLoader.Version);
        ctx.SaveString(_contractName);
        ctx.SaveString(_map.Method.DeclaringType.Assembly.FullName);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema)
    {
        var inputs = TypedRows.Bind(Host, typeof(TSrc), inputSchema, false, null);
        return AddedSchema.Select(c => new MappedColumn(c.Name, c.Type, c.Annotations, inputs.Select(i => i.Column.Index).ToArray(),
            row => (Delegate)Generic.Call(typeof(CustomMappingTransformer<TSrc, TDst>), nameof(Getter), [c.Type.RawType], _map, row, TypedRows.Filler<TSrc>(row, inputs), _added[c.Name].MemberName))).ToArray();
    }

    private static ValueGetter<T> Getter<T>(Action<TSrc, TDst> map, DataViewRow row, Action<TSrc> fill, string member)
    {
        var source = new TSrc();
        var target = new TDst();
        var get = (ValueGetter<T>)TypedRows.Getter(member, () => target);
        long served = -1;
        return (ref T value) =>
        {
            if (served != row.Position)
            {
                fill(source);
                map(source, target);
                served = row.Position;
            }
            get(ref value);
        };
    }
}

internal static class CustomMappingLoader
{
    public static VersionInfo Version => TransformHelpers.Version("CUSTOMXF", "CustomTransformer");

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        string contract = ctx.LoadString();
        env.ComponentCatalog.RegisterAssembly(System.Reflection.Assembly.Load(ctx.LoadString()));
        return env.ComponentCatalog.GetExtensionValue(contract) is ICustomMappingFactory factory ? factory.CreateTransformer(env, contract)
            : throw env.Except($"Unable to locate the custom mapping factory '{contract}': register its assembly with ComponentCatalog.RegisterAssembly.");
    }
}
