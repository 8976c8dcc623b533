using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>1 − SSIM to second order: local means are products with the window's profile from both sides, in double precision.</summary>
internal sealed class SsimNodes(OnnxGraph graph, SsimLikelihood likelihood) : LikelihoodForm(graph)
{
    private readonly Shape _image = likelihood.Image;

    private int WindowRows => _image.Height - GaussianWindow.Side + 1;

    private int WindowColumns => _image.Width - GaussianWindow.Side + 1;

    private double Count => WindowRows * WindowColumns * _image.Channels;

    public override string DrawTerms(string x, string outputs)
    {
        string difference = Graph.Node("Sub", Graph.Cast(x, Element.Double), Graph.Cast(outputs, Element.Double));
        string images = ToImages(Graph.Reshape(Graph.Cast(x, Element.Double), -1, 1, _image.Length));
        return Graph.Cast(Terms(images, ToImages(difference)), Element.Single);
    }

    public override string Distortion(string x, string output) =>
        Graph.Reshape(Terms(ToImages(Graph.Reshape(x, -1, 1, _image.Length)), ToImages(Graph.Reshape(Graph.Node("Sub", x, output), -1, 1, _image.Length))), -1, _image.Length);

    // G v = Kᵀ((K v)(1/A − 1/B)) + v Kᵀ(1/B), over the number of windows.
    public override string Metric(string mean, string tangents)
    {
        var (_, a, b) = Scales(ToImages(Graph.Reshape(mean, -1, 1, _image.Length)));
        string v = ToImages(Graph.Transpose(tangents, 0, 2, 1)), direct = Graph.Node("Div", Graph.Scalar(1.0), b);
        string mixed = Graph.Node("Mul", Means(v), Graph.Node("Sub", Graph.Node("Div", Graph.Scalar(1.0), a), direct));
        string sum = Graph.Node("Add", Spread(mixed), Graph.Node("Mul", v, Spread(direct)));
        string product = FromImages(Graph.Node("Div", sum, Graph.Scalar(Count)));
        return Graph.Transpose(product, 0, 2, 1);
    }

    // [N, K, C, H, W] → [N, K, m]: each window's term, shared among the pixels that it sees.
    private string Terms(string image, string difference)
    {
        var (_, a, b) = Scales(image);
        string mean = Means(difference), square = Graph.Node("Mul", mean, mean);
        string variance = Graph.Node("Sub", Means(Graph.Node("Mul", difference, difference)), square);
        string term = Graph.Node("Add", Graph.Node("Div", square, a), Graph.Node("Div", variance, b));
        return FromImages(Spread(Graph.Node("Div", term, Graph.Scalar(Count))));
    }

    // Local means, 2μ² + C₁, 2v + C₂.
    private (string Means, string A, string B) Scales(string image)
    {
        string mean = Means(image), square = Graph.Node("Mul", mean, mean);
        string variance = Graph.Node("Max", Graph.Node("Sub", Means(Graph.Node("Mul", image, image)), square), Graph.Scalar(0.0));
        string a = Graph.Node("Add", Graph.Node("Mul", Graph.Scalar(2.0), square), Graph.Scalar(likelihood.Constants.C1));
        return (mean, a, Graph.Node("Add", Graph.Node("Mul", Graph.Scalar(2.0), variance), Graph.Scalar(likelihood.Constants.C2)));
    }

    private string Means(string images) => Graph.Node("MatMul", Graph.Node("MatMul", Window(WindowRows, _image.Height, false), images), Window(WindowColumns, _image.Width, true));

    private string Spread(string windows) => Graph.Node("MatMul", Graph.Node("MatMul", Window(WindowRows, _image.Height, true), windows), Window(WindowColumns, _image.Width, false));

    // The profile at each place of a line of pixels: [windows, pixels], or its transpose.
    private string Window(int windows, int pixels, bool isTransposed)
    {
        var matrix = new double[windows * pixels];
        for (int w = 0; w < windows; w++)
            for (int k = 0; k < GaussianWindow.Side; k++) matrix[isTransposed ? ((w + k) * windows) + w : (w * pixels) + w + k] = GaussianWindow.Profile[k];
        return isTransposed ? Graph.Constant<double>(matrix, pixels, windows) : Graph.Constant<double>(matrix, windows, pixels);
    }

    // [N, K, m] → [N, K, C, H, W].
    private string ToImages(string rows) =>
        Graph.Transpose(Graph.Reshape(rows, 0, 0, _image.Height, _image.Width, _image.Channels), 0, 1, 4, 2, 3);

    private string FromImages(string images) => Graph.Reshape(Graph.Transpose(images, 0, 1, 3, 4, 2), 0, 0, _image.Length);
}
